import type { LogRecord } from '../log-record.ts'
import { matchRecord } from '../match-record.ts'
import type { SignatureFamily, SignatureMatch } from '../signatures/signature.ts'
import type { Situation } from './situation.ts'

/** Troubles of the start, and words that are said in passing: a program that serves is past them. */
const ofTheStart: ReadonlySet<SignatureFamily> = new Set(['waiting', 'bad_arguments', 'port_in_use', 'missing_setting'])
const recovered =
  /\b(?:recovered|reconnected|re-?established|restored|resumed|back (?:online|to normal|up)|healthy again|available again|succe(?:ss|eded|ssfully|ssful)|connected to|connection (?:is )?(?:established|up|ok))\b/i
const denied = /\b(?:not|never|no longer|un\w+|fail\w*|without)\b/i
/** Reporting on the side, without which a program goes on. */
const beside =
  /\b(?:otel\w*|opentelemetry|telemetry|trac(?:es?|ing)|spans?|statsd|jaeger|zipkin|sentry|analytics|metrics export\w*)\b/i
const probe = /kube-probe|\/(?:healthz?|livez?|readyz?|metrics)\b/i

const recentMs = 600_000
const fewest = 3
const many = 6
const leastSpanMs = 20_000
const leastShare = 0.2
const longestSilenceMs = 120_000

/**
 * What a ready container fails at, now and again and again: the same failure several times in the last minutes and until the end
 * of its log, either among much of what it says or steadily, and with no word that it came right in between. A trouble that passed,
 * a retry that succeeded, a warning or a single error is none.
 */
export function ongoingFailure(situation: Situation): SignatureMatch | undefined {
  const recent = situation.records.filter((record) => (ageOf(record, situation) ?? Infinity) <= recentMs)
  const failures = recent.flatMap((record) => failureOf(record) ?? [])
  const groups = [...Map.groupBy(failures, keyOf).values()].toSorted((left, right) => right.length - left.length)
  const group = groups.find((same) => isOngoing(same, recent, situation))
  return group?.findLast(({ facts }) => Object.keys(facts).length > 0) ?? group?.at(-1)
}

function failureOf(record: LogRecord): SignatureMatch | undefined {
  const isBad = record.level === 'error' || record.level === 'fatal'
  if (beside.test(record.message) || comesRight(record)) return undefined
  return matchRecord(record).find(
    ({ signature }) =>
      !ofTheStart.has(signature.family) && (isBad || (signature.family === 'forbidden' && record.level === 'warn')),
  )
}

/** "failed once, succeeded on attempt 2" tells of no failure. */
function comesRight({ message }: LogRecord): boolean {
  return recovered.test(message) && !denied.test(message.replace(/^.*?(?:but|then|, )/, ''))
}

function keyOf({ signature, facts }: SignatureMatch): string {
  return [signature.family, facts.host, facts.user, facts.verb, facts.resource, facts.path, facts.relation].join('|')
}

function isOngoing(same: readonly SignatureMatch[], recent: readonly LogRecord[], situation: Situation): boolean {
  const [first, last] = [same[0]?.record, same.at(-1)?.record]
  if (same.length < fewest || !first || !last) return false
  const times = same.map(({ record }) => Date.parse(record.time ?? ''))
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0)
  const longestGap = Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)))
  const silence = ageOf(last, situation) ?? Infinity
  if (span < leastSpanMs || silence > Math.max(longestSilenceMs, 2 * longestGap)) return false
  if (cameRight(same, recent)) return false
  const since = recent.slice(recent.indexOf(first)).filter(({ text }) => !probe.test(text))
  return same.length >= since.length * leastShare || same.length >= many
}

/** After the last failure, or after every other of them, it said that it came right. */
function cameRight(same: readonly SignatureMatch[], recent: readonly LogRecord[]): boolean {
  const places = same.map(({ record }) => recent.indexOf(record))
  const healed = places.map((place, index) =>
    recent.slice(place + 1, places[index + 1] ?? recent.length).some((record) => comesRight(record)),
  )
  return healed.at(-1) === true || healed.filter(Boolean).length * 2 >= healed.length
}

function ageOf(record: LogRecord, { view }: Situation): number | undefined {
  return view.ageOf(record.time)
}
