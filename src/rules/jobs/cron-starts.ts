const minuteMs = 60_000
const maxMinutes = 60 * 24 * 62
/** Clocks change at most once in so long. */
const stretchMs = 6 * 60 * minuteMs
const macros: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
}
const names = {
  month: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' '),
  day: 'sun mon tue wed thu fri sat'.split(' '),
}

/**
 * The minutes after `from` and up to `until` at which a schedule starts a job; undefined where it or its zone cannot be read. The
 * clock on the wall decides, as it does for the controller: a time that a change of clocks leaves out has no start, one that comes
 * twice has two.
 */
export function cronStarts(schedule: string, from: number, until: number, zone = 'UTC'): number[] | undefined {
  const matches = readSchedule(schedule)
  if (!matches || zoneOffset(zone, from) === undefined) return undefined
  const starts: number[] = []
  const first = (Math.floor(from / minuteMs) + 1) * minuteMs
  const last = Math.min(until, first + maxMinutes * minuteMs)
  for (let begin = first; begin <= last; begin += stretchMs) {
    const end = Math.min(last, begin + stretchMs - minuteMs)
    const offset = zoneOffset(zone, begin) ?? 0
    const isSteady = offset === (zoneOffset(zone, end) ?? 0)
    for (let minute = begin; minute <= end; minute += minuteMs) {
      const wall = minute + (isSteady ? offset : (zoneOffset(zone, minute) ?? 0))
      if (matches(wall)) starts.push(minute)
    }
  }
  return starts
}

/** Whether a whole minute, as the clock on the wall shows it, is one of the schedule's. */
function readSchedule(schedule: string): ((time: number) => boolean) | undefined {
  const text = (macros[schedule.trim()] ?? schedule).trim().toLowerCase()
  const [minute, hour, date, month, day, ...rest] = text.split(/\s+/)
  if (!minute || !hour || !date || !month || !day || rest.length > 0) return undefined
  const minutes = readField(minute, 0, 59)
  const hours = readField(hour, 0, 23)
  const dates = readField(date, 1, 31)
  const months = readField(spell(month, names.month, 1), 1, 12)
  const days = readField(spell(day, names.day, 0), 0, 7)
  if (!minutes || !hours || !dates || !months || !days) return undefined
  if (days.has(7)) days.add(0)
  // With both given, either of them suffices.
  const either = !date.startsWith('*') && !day.startsWith('*')
  return (time) => {
    // Most minutes fall through here, without a calendar.
    if (!minutes.has((time / minuteMs) % 60) || !hours.has(Math.floor(time / (60 * minuteMs)) % 24)) return false
    const at = new Date(time)
    if (!months.has(at.getUTCMonth() + 1)) return false
    const [onDate, onDay] = [dates.has(at.getUTCDate()), days.has(at.getUTCDay())]
    return either ? onDate || onDay : onDate && onDay
  }
}

function spell(field: string, words: string[], offset: number): string {
  return words.reduce((text, word, index) => text.replaceAll(word, String(index + offset)), field)
}

function readField(field: string, lowest: number, highest: number): Set<number> | undefined {
  const values = new Set<number>()
  for (const part of field.split(',')) {
    const [, from, to, step] = /^(?:\*|\?|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? []
    if (!/^(?:\*|\?|\d+(?:-\d+)?)(?:\/\d+)?$/.test(part) || step === '0') return undefined
    const start = from === undefined ? lowest : Number(from)
    const end = to !== undefined ? Number(to) : from === undefined || step !== undefined ? highest : start
    if (start < lowest || end > highest || start > end) return undefined
    for (let value = start; value <= end; value += Number(step ?? 1)) values.add(value)
  }
  return values
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>()
const shortOffset = /^GMT(?:([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?)?$/

/** How far the clocks of a time zone are ahead of UTC at a moment, in milliseconds; undefined for a zone that is not known. */
export function zoneOffset(zone: string, time: number): number | undefined {
  const format = formatOf(zone)
  const name = format?.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [known, sign, hours = '0', minutes = '0', seconds = '0'] = shortOffset.exec(name) ?? []
  if (known === undefined) return undefined
  const ahead = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000
  return sign === '-' ? -ahead : ahead
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone)
  const format = createFormat(zone)
  formats.set(zone, format)
  return format
}

/** An offset such as `+02:00` is a zone to this runtime and none to Kubernetes. */
function createFormat(zone: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Za-z]/.test(zone)) return undefined
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}
