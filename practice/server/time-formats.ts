const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const month = `(?:${months.join('|')})`
const weekday = `(?:${weekdays.join('|')})`
const clock = '\\d\\d:\\d\\d:\\d\\d'

/**
 * One way of writing a time. `source` has no capturing groups; `parts` splits what it matched. `read` takes the wall clock as UTC,
 * `write` keeps what `parts` kept (fraction, zone, width). `near` is how far from the recording such a match is still a time.
 */
export interface TimeFormat {
  name: string
  source: string
  parts: RegExp
  read(parts: string[], recordedAt: number): number
  write(parts: string[], time: Date): string
  near_ms: number
}

const day = 86_400_000
const two = (value: number) => String(value).padStart(2, '0')
const clockOf = (time: Date) => time.toISOString().slice(11, 19)
const paddedDay = (time: Date) => String(time.getUTCDate()).padStart(2, ' ')
const monthOf = (time: Date) => months[time.getUTCMonth()] ?? ''
const part = (parts: string[], index: number) => parts[index] ?? ''

function utc(year: string | number, monthIndex: number, date: string, clockText: string): number {
  const [hour, minute, second] = clockText.split(':').map(Number)
  return Date.UTC(Number(year), monthIndex, Number(date), hour, minute, second)
}

/** A stamp without its year: the year that brings it closest to the recording. */
function closestYear(monthIndex: number, date: string, clockText: string, recordedAt: number): number {
  const year = new Date(recordedAt).getUTCFullYear()
  const candidates = [year - 1, year, year + 1].map((each) => utc(each, monthIndex, date, clockText))
  return candidates.reduce((best, each) => (Math.abs(each - recordedAt) < Math.abs(best - recordedAt) ? each : best))
}

/** `2026-11-20T09:41:42.123456Z`, `2026-11-20 09:41:42,123 UTC`, `2026/11/20 09:41:42`. */
export const isoFormat: TimeFormat = {
  name: 'iso',
  source: `\\d{4}(?:-\\d\\d-|/\\d\\d/)\\d\\d[T ]${clock}`,
  parts: /^(\d{4})([-/])(\d\d)[-/](\d\d)([T ])(.{8})$/,
  read: (p) => utc(part(p, 1), Number(p[3]) - 1, part(p, 4), part(p, 6)),
  write: (p, time) => `${time.toISOString().slice(0, 10).replaceAll('-', part(p, 2))}${part(p, 5)}${clockOf(time)}`,
  near_ms: 400 * day,
}

/** `20/Nov/2026:09:41:42`, `20 Nov 2026 09:41:42`, `Fri, 20 Nov 2026 09:41:42`. */
const dayFirst: TimeFormat = {
  name: 'dayFirst',
  source: `(?:${weekday}, )?\\d\\d[/ -]${month}[/ -]\\d{4}[: ]${clock}`,
  parts: /^(\w{3}, )?(\d\d)(.)(\w{3}).(\d{4})(.)(.{8})$/,
  read: (p) => utc(part(p, 5), months.indexOf(part(p, 4)), part(p, 2), part(p, 7)),
  write: (p, time) => {
    const lead = p[1] === undefined ? '' : `${weekdays[time.getUTCDay()]}, `
    const separator = part(p, 3)
    return `${lead}${two(time.getUTCDate())}${separator}${monthOf(time)}${separator}${time.getUTCFullYear()}${part(p, 6)}${clockOf(time)}`
  },
  near_ms: 400 * day,
}

/** `Fri Nov 20 09:41:42.123 UTC 2026`, as date(1) and Apache's error log write it. */
const weekdayFirst: TimeFormat = {
  name: 'weekdayFirst',
  source: `${weekday} ${month} [ \\d]\\d ${clock}(?:\\.\\d+)?(?: [A-Z]{3,4})? \\d{4}`,
  parts: /^\w{3} (\w{3}) (..) (.{8})(\.\d+)?( [A-Z]{3,4})? (\d{4})$/,
  read: (p) => utc(part(p, 6), months.indexOf(part(p, 1)), part(p, 2), part(p, 3)),
  write: (p, time) =>
    `${weekdays[time.getUTCDay()]} ${monthOf(time)} ${paddedDay(time)} ${clockOf(time)}${part(p, 4)}${part(p, 5)} ${time.getUTCFullYear()}`,
  near_ms: 400 * day,
}

/** `Nov 20 09:41:42`, as syslog writes it. */
const syslog: TimeFormat = {
  name: 'syslog',
  source: `${month} [ \\d]\\d ${clock}`,
  parts: /^(\w{3}) (..) (.{8})$/,
  read: (p, recordedAt) => closestYear(months.indexOf(part(p, 1)), part(p, 2), part(p, 3), recordedAt),
  write: (_p, time) => `${monthOf(time)} ${paddedDay(time)} ${clockOf(time)}`,
  near_ms: 100 * day,
}

/** `I1120 09:41:42`, as klog writes it. */
const klog: TimeFormat = {
  name: 'klog',
  source: `[IWEF](?:0\\d|1[0-2])[0-3]\\d ${clock}`,
  parts: /^(.)(\d\d)(\d\d) (.{8})$/,
  read: (p, recordedAt) => closestYear(Number(p[2]) - 1, part(p, 3), part(p, 4), recordedAt),
  write: (p, time) => `${part(p, 1)}${two(time.getUTCMonth() + 1)}${two(time.getUTCDate())} ${clockOf(time)}`,
  near_ms: 100 * day,
}

/** Seconds since 1970, also with milli-, micro- or nanoseconds glued to them; only close to the recording is such a number a time. */
const epoch: TimeFormat = {
  name: 'epoch',
  source: '1\\d{9}(?:\\d{9}|\\d{6}|\\d{3})?(?![\\w-])',
  parts: /^(\d{10})(\d*)$/,
  read: (p) => Number(p[1]) * 1000,
  write: (p, time) => `${Math.floor(time.getTime() / 1000)}${part(p, 2)}`,
  near_ms: 7 * day,
}

/** `09:41:42.123 [main] INFO`: a time of day that opens a line. */
const timeOfDay: TimeFormat = {
  name: 'timeOfDay',
  source: `(?<=^|^\\[)${clock}(?=[.,\\s\\]])`,
  parts: /^(.{8})$/,
  read: (p, recordedAt) => {
    const midnight = recordedAt - (recordedAt % day)
    const time = midnight + (utc(1970, 0, '1', part(p, 1)) % day)
    return time > recordedAt ? time - day : time
  },
  write: (_p, time) => clockOf(time),
  near_ms: day,
}

/** Every way that container logs are known to write times; earlier ones win where several match. */
export const logFormats: TimeFormat[] = [isoFormat, dayFirst, weekdayFirst, syslog, klog, epoch, timeOfDay]
