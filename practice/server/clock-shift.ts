const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const month = `(?:${months.join('|')})`

const weekday = `(?:${weekdays.join('|')})`

const clock = '\\d\\d:\\d\\d:\\d\\d'

/**
 * One way of writing a time. `source` has no capturing groups; `parts` splits what it matched. `read` takes the wall clock as UTC,
 * `write` keeps what `parts` kept (fraction, zone, width). `near` is how far from the recording such a match is still a time.
 */
interface TimeFormat {
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

/** `2026-11-20T09:41:42.123456Z`, `2026-11-20 09:41:42,123 UTC`, `2026/11/20 09:41:42`. */
const isoFormat: TimeFormat = {
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
const logFormats: TimeFormat[] = [isoFormat, dayFirst, weekdayFirst, syslog, klog, epoch, timeOfDay]

/** How far a recording is moved: whole seconds, so that every fraction and its width stay as they were. */
export interface ClockShift {
  recorded_at: number
  ms: number
}

/** The shift that makes a recording end at `now`. */
export function createClockShift(recordedAt: string, now: number): ClockShift {
  const recorded = Date.parse(recordedAt)
  return { recorded_at: recorded, ms: Math.floor((now - recorded) / 1000) * 1000 }
}

function combine(guard: string, formats: TimeFormat[]): RegExp {
  const alternatives = formats.map(({ name, source }) => `(?<${name}>${source})`)
  return new RegExp(`${guard}(?:${alternatives.join('|')})(?!\\d)`, 'gm')
}

const isoPattern = combine('(?<!\\d)', [isoFormat])

const logPattern = combine('(?<![\\d./-]|[A-Za-z]{2})', logFormats)

function moveMatch(formats: TimeFormat[], groups: Record<string, string>, shift: ClockShift): string | undefined {
  const format = formats.find(({ name }) => groups[name] !== undefined)
  const parts = format === undefined ? null : format.parts.exec(groups[format.name] ?? '')
  if (format === undefined || parts === null) return undefined
  const time = format.read(parts, shift.recorded_at)
  if (!(Math.abs(time - shift.recorded_at) <= format.near_ms)) return undefined
  return format.write(parts, new Date(time + shift.ms))
}

function moveAll(text: string, pattern: RegExp, formats: TimeFormat[], shift: ClockShift): string {
  const known = new Map<string, string>()
  return text.replace(pattern, (...args: unknown[]) => {
    const match = String(args[0])
    const seen = known.get(match)
    if (seen !== undefined) return seen
    const moved = moveMatch(formats, args.at(-1) as Record<string, string>, shift) ?? match
    known.set(match, moved)
    return moved
  })
}

/** Moves every ISO time of a JSON text: fields, annotations and times inside messages alike. */
export function shiftObjectTimes(text: string, shift: ClockShift): string {
  return moveAll(text, isoPattern, [isoFormat], shift)
}

/** Moves every time of a log, whatever its format. */
export function shiftLogTimes(text: string, shift: ClockShift): string {
  return moveAll(text, logPattern, logFormats, shift)
}

const zonePattern = /^([.,]\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)?/

/** The time in a log line itself, in ms; `around` is a time close to it. */
export function timeOfLine(line: string, around: number): number | undefined {
  const head = line.slice(0, 120)
  const match = head.matchAll(logPattern).next().value
  const format = logFormats.find(({ name }) => match?.groups?.[name] !== undefined)
  const parts = match === undefined || format === undefined ? null : format.parts.exec(match[0])
  if (match === undefined || format === undefined || parts === null) return undefined
  const time = format.read(parts, around)
  if (!(Math.abs(time - around) <= format.near_ms)) return undefined
  const [, fraction, zone] = zonePattern.exec(head.slice(match.index + match[0].length)) ?? []
  return time + Math.floor(Number(`0.${fraction?.slice(1) ?? '0'}`) * 1000) - zoneOffset(zone)
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const digits = zone.replace(':', '')
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))
  return (digits.startsWith('-') ? -1 : 1) * minutes * 60_000
}

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
