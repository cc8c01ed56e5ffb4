import { type MaintenanceWindow, type ServiceEntry, type Weekday, weekdays } from '#src/domain/catalogue.ts'
import type { Signal } from '#src/domain/signal.ts'
import { type Matcher, type Silence, matcherProblem } from '#src/domain/silence.ts'
import { linearPattern } from '#src/util/linear-pattern.ts'
import { owningWorkload } from './owning-workload.ts'

/* Silences of people and maintenance windows of services: signals that they cover open no incident. */

/** What matchers compare: a signal, and the service that it belongs to. */
export interface Matchable {
  signal: Signal
  service: string
}

/** The silences at a moment. */
interface CurrentSilences {
  silences: readonly Silence[]
  /** Epoch milliseconds. */
  now: number
}

/** The silence or maintenance window that covers a signal, as a text; undefined where none does. Pure. */
export function coveredBy(
  matchable: Matchable,
  entry: ServiceEntry | undefined,
  current: CurrentSilences,
): string | undefined {
  const silence = current.silences.find(
    (candidate) =>
      isInForce(candidate, current.now) && candidate.matchers.every((matcher) => matches(matcher, matchable)),
  )
  if (silence) return `silence ${silence.id} of ${silence.created_by} until ${silence.ends_at}${note(silence.comment)}`
  const window = entry?.maintenance.find((candidate) => isOpen(candidate, current.now))
  return entry && window ? `a maintenance window of ${entry.name}${note(window.comment)}` : undefined
}

function isInForce({ starts_at, ends_at, matchers }: Silence, now: number): boolean {
  return matchers.length > 0 && Date.parse(starts_at) <= now && now < Date.parse(ends_at)
}

function note(comment: string): string {
  return comment ? `: ${comment.slice(0, 200)}` : ''
}

type Test = (text: string) => boolean

const patterns = new Map<string, Test>()
const maxCachedPatterns = 500

/**
 * True where the matcher matches. An absent field is the empty text. `kind` and `name` are those of the object or of the workload that it
 * belongs to: a silence for a Deployment covers its pods. An invalid matcher matches nothing, not even by negation.
 */
export function matches(matcher: Matcher, matchable: Matchable): boolean {
  const test = testFor(matcher)
  if (!test) return false
  const found = valuesOf(matcher.field, matchable).some((value) => test(value))
  return matcher.operator === '=' || matcher.operator === '=~' ? found : !found
}

/** Undefined for an invalid matcher. */
function testFor(matcher: Matcher): Test | undefined {
  const { operator, value } = matcher
  if (operator === '=' || operator === '!=') return matcherProblem(matcher) ? undefined : (text) => text === value
  const known = patterns.get(value)
  if (known) return matcherProblem({ ...matcher, operator: '=' }) ? undefined : known
  const compiled = linearPattern(value)
  if (typeof compiled !== 'function' || matcherProblem(matcher)) return undefined
  if (patterns.size >= maxCachedPatterns) patterns.clear()
  patterns.set(value, compiled)
  return compiled
}

function valuesOf(field: string, { signal, service }: Matchable): string[] {
  if (field === 'kind' || field === 'name') return [signal.resource[field], owningWorkload(signal.resource)[field]]
  if (field === 'service') return [service, ...(signal.service ? [signal.service] : [])]
  if (field === 'namespace') return [signal.resource.namespace ?? signal.namespace ?? '']
  if (field.startsWith('labels.')) return [signal.labels?.[field.slice('labels.'.length)] ?? '']
  const { alert, reason, source, cluster, severity } = signal
  const plain: Record<string, string | undefined> = { alert, reason, source, cluster, severity }
  return [plain[field] ?? '']
}

/* Weekly windows follow the local time of their time zone, daylight saving included. */

const formats = new Map<string, Intl.DateTimeFormat>()

/** True where the maintenance window is open at the moment (epoch milliseconds). */
export function isOpen(window: MaintenanceWindow, now: number): boolean {
  if ('starts_at' in window) return Date.parse(window.starts_at) <= now && now < Date.parse(window.ends_at)
  const { day, minute } = localTime(window.time_zone, now)
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)]
  const opensOn = (offset: number) => window.days.includes(dayAfter(day, offset))
  if (from < to) return opensOn(0) && from <= minute && minute < to
  return (opensOn(0) && from <= minute) || (opensOn(-1) && minute < to)
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

function dayAfter(day: Weekday, offset: number): Weekday {
  return weekdays[(weekdays.indexOf(day) + offset + 7) % 7] ?? day
}

function localTime(time_zone: string, now: number): { day: Weekday; minute: number } {
  const parts = new Map(
    formatOf(time_zone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  )
  const name = parts.get('weekday')?.toLowerCase()
  const day = weekdays.find((known) => known === name) ?? 'sun'
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(timeZone, format)
  return format
}
