import { isoFormat, logFormats, type TimeFormat } from './time-formats.ts'

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

/** The time that a log line bears itself, in ms; `around` is a time close to it. */
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
