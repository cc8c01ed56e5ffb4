import type { LogRecord } from '#src/logs/log-record.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import type { SignatureFamily, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { isAboutTelemetry } from './decisive-match.ts'
import type { Situation } from './situation.ts'

/** Families that a ready program may report about itself, the more particular first. Refusals of its own clients do not count. */
const order: readonly SignatureFamily[] = [
  'forbidden',
  'disk_full',
  'tls',
  'unresolved_name',
  'authentication',
  'unreachable',
]
/** Families that no fault of another workload can cause. */
const ownFamilies: ReadonlySet<SignatureFamily> = new Set(['forbidden', 'disk_full', 'authentication'])
/** Signatures that a server also logs when it refuses one of its clients. */
const ambiguousSignatures = new Set(['http_refusal'])
const bad = new Set(['warn', 'error', 'fatal'])

/** Words that the trouble is over, as in "failed once, succeeded on attempt 2". */
const recovered =
  /\b(?:recovered|reconnected|re-?established|restored|resumed|back (?:online|to normal|up)|healthy again|available again|succe(?:ss|eded|ssfully|ssful)|connected to|connection (?:is )?(?:established|up|ok))\b/i
const denied = /\b(?:not|never|no longer|un\w+|fail\w*|without)\b/i

const maxAgeMs = 5 * 60_000
const lastWithinMs = 2 * 60_000
const minSpanMs = 20_000
const minComplaints = 3

/**
 * The fault that a ready container keeps reporting: at least three times in the last 5 minutes, over at least 20 s, the last time
 * within 2 minutes, and without a report that it recovered in between. Single failures and retries that succeed do not count.
 */
export function complaintOf({ records, view, complaints }: Situation): SignatureMatch | undefined {
  const recent = records.flatMap((record) => {
    const age = view.ageOf(record.time)
    if (age === undefined || age > maxAgeMs || !bad.has(record.level ?? '') || isAboutTelemetry(record.message))
      return []
    if (reportsRecovery(record)) return []
    return matchRecord(record).map((match) => ({ match, age }))
  })
  const complained = recent.filter(
    ({ match }) =>
      order.includes(match.signature.family) &&
      (complaints !== 'own' || ownFamilies.has(match.signature.family)) &&
      !isAboutClient(match),
  )
  const kinds = [...Map.groupBy(complained, ({ match }) => keyOf(match)).values()].filter((group) => {
    const ages = group.map(({ age }) => age)
    const [youngest, oldest] = [Math.min(...ages), Math.max(...ages)]
    const isOngoing = group.length >= minComplaints && youngest <= lastWithinMs && oldest - youngest >= minSpanMs
    return isOngoing && !hasRecovered(group, records)
  })
  const rank = (group: (typeof kinds)[number]): number =>
    order.indexOf(group[0]?.match.signature.family ?? 'unreachable')
  return kinds.toSorted((left, right) => rank(left) - rank(right))[0]?.at(-1)?.match
}

function reportsRecovery({ message }: LogRecord): boolean {
  return recovered.test(message) && !denied.test(message.replace(/^.*?(?:but|then|, )/, ''))
}

/** A recovery was reported after the last complaint, or after at least half of them. */
function hasRecovered(group: readonly { match: SignatureMatch }[], records: readonly LogRecord[]): boolean {
  const places = group.map(({ match }) => records.indexOf(match.record))
  const recoveries = places.map((place, index) => records.slice(place + 1, places[index + 1]).some(reportsRecovery))
  return recoveries.at(-1) === true || recoveries.filter(Boolean).length * 2 >= recoveries.length
}

/** A server that logs the refusal of one of its clients: its line begins with the refusal, where a client first says what it was doing. */
function isAboutClient({ signature, record, matched, excerpt }: SignatureMatch): boolean {
  if (signature.family !== 'authentication') return false
  return (
    ambiguousSignatures.has(signature.name) ||
    record.message.replace(/^(?:[A-Z]+:|\[\w+\])\s*/, '').startsWith(matched ?? excerpt)
  )
}

/** Equal for the same fault: the same family with the same address or permission. */
function keyOf({ signature, facts }: SignatureMatch): string {
  return [signature.family, facts.host, facts.port, facts.verb, facts.resource, facts.user].join('|')
}
