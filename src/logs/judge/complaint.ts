import type { LogRecord } from '#src/logs/log-record.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import type { SignatureFamily, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { isBeside } from './is-beside.ts'
import type { Situation } from './situation.ts'

/** What a ready program may fail at, the more particular first. What it answers to its own clients is none of it. */
const order: readonly SignatureFamily[] = [
  'forbidden',
  'disk_full',
  'tls',
  'unresolved_name',
  'authentication',
  'unreachable',
]
/** What the fault of another workload cannot bring about. */
const own: ReadonlySet<SignatureFamily> = new Set(['forbidden', 'disk_full', 'authentication'])
/** A server that refuses somebody says the same as one that is refused. */
const ambiguous = new Set(['http_refusal'])
const bad = new Set(['warn', 'error', 'fatal'])

/** Words that the trouble is over; "failed once, succeeded on attempt 2" tells of none. */
const recovered =
  /\b(?:recovered|reconnected|re-?established|restored|resumed|back (?:online|to normal|up)|healthy again|available again|succe(?:ss|eded|ssfully|ssful)|connected to|connection (?:is )?(?:established|up|ok))\b/i
const denied = /\b(?:not|never|no longer|un\w+|fail\w*|without)\b/i

const windowMs = 5 * 60_000
const stillMs = 2 * 60_000
const spanMs = 20_000
const often = 3

/**
 * What a ready container goes on complaining about: the same trouble at least three times in the last minutes, over more than a
 * moment, and still, with no word that it came right in between. Single misses, retries that succeed and what is over are no complaint.
 */
export function complaintOf({ records, view, heard }: Situation): SignatureMatch | undefined {
  const recent = records.flatMap((record) => {
    const age = view.ageOf(record.time)
    if (age === undefined || age > windowMs || !bad.has(record.level ?? '') || isBeside(record.message)) return []
    if (comesRight(record)) return []
    return matchRecord(record).map((match) => ({ match, age }))
  })
  const told = recent.filter(
    ({ match }) =>
      order.includes(match.signature.family) &&
      (heard !== 'own' || own.has(match.signature.family)) &&
      !isServers(match),
  )
  const kinds = [...Map.groupBy(told, ({ match }) => keyOf(match)).values()].filter((group) => {
    const ages = group.map(({ age }) => age)
    const [youngest, oldest] = [Math.min(...ages), Math.max(...ages)]
    const goesOn = group.length >= often && youngest <= stillMs && oldest - youngest >= spanMs
    return goesOn && !cameRight(group, records)
  })
  const rank = (group: (typeof kinds)[number]): number =>
    order.indexOf(group[0]?.match.signature.family ?? 'unreachable')
  return kinds.toSorted((left, right) => rank(left) - rank(right))[0]?.at(-1)?.match
}

function comesRight({ message }: LogRecord): boolean {
  return recovered.test(message) && !denied.test(message.replace(/^.*?(?:but|then|, )/, ''))
}

/** After the last complaint, or after every other of them, it said that it came right. */
function cameRight(group: readonly { match: SignatureMatch }[], records: readonly LogRecord[]): boolean {
  const places = group.map(({ match }) => records.indexOf(match.record))
  const healed = places.map((place, index) => records.slice(place + 1, places[index + 1]).some(comesRight))
  return healed.at(-1) === true || healed.filter(Boolean).length * 2 >= healed.length
}

/** A server's own word about one of its clients: the refusal is all that it says, where a client says what it was doing. */
function isServers({ signature, record, matched, said }: SignatureMatch): boolean {
  if (signature.family !== 'authentication') return false
  return (
    ambiguous.has(signature.name) || record.message.replace(/^(?:[A-Z]+:|\[\w+\])\s*/, '').startsWith(matched ?? said)
  )
}

/** The same trouble: of one kind, with one address or one permission. */
function keyOf({ signature, facts }: SignatureMatch): string {
  return [signature.family, facts.host, facts.port, facts.verb, facts.resource, facts.user].join('|')
}
