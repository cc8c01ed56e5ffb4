import type { LogRecord } from '#src/logs/log-record.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import { maskMessage } from '#src/logs/log-templates.ts'
import type { SignatureFamily, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { isBeside } from './is-beside.ts'
import type { Situation } from './situation.ts'

/** Which of several things that a log speaks of is the one to change: the more particular, the higher. */
const weights: Record<SignatureFamily, number> = {
  forbidden: 95,
  missing_setting: 90,
  bad_arguments: 85,
  port_in_use: 84,
  platform: 84,
  runtime_memory: 83,
  disk_full: 82,
  tls: 81,
  unresolved_name: 80,
  authentication: 78,
  migration: 76,
  bad_config: 75,
  permission: 72,
  file_missing: 70,
  unreachable: 68,
  data_error: 55,
  exhausted: 69,
  stuck: 50,
  panic: 45,
  waiting: 40,
}

/** Records at the end of a run that may be its last words though they bear no level. */
const lastWords = 12
const inspected = 400
/** What was said longer before the end than this weighs less. */
const nearEnd = 40
const distance = 30
const mostKinds = 80

/** What a program may warn of, again and again, before it ends for no other reason that it names. */
const warned: ReadonlySet<SignatureFamily> = new Set([
  'unreachable',
  'unresolved_name',
  'tls',
  'authentication',
  'forbidden',
])
const gaveUp = /deadline exceeded|timed? ?out|giv(?:ing|en|e) up|gave up|retr(?:y|ies)|unavailable|unreachable|connect/i

/**
 * The match that decides: among what a program said as an error, last words and fatal ones before the rest, then the more
 * particular kind, then the later. A running container's old errors do not count: only those of the last minutes do.
 */
export function decisiveMatch(situation: Situation): SignatureMatch | undefined {
  const records = situation.records.filter(({ level }, index, all) => index >= all.length - inspected || isBad(level))
  const recent =
    situation.trouble === 'exited' ? records : records.filter((record) => isRecent(record, records, situation))
  const kinds = latestOfEachKind(recent)
  const said = candidates(kinds, records, counts)
  const warnings = candidates(
    kinds,
    records,
    ({ record, signature }) => record.level === 'warn' && warned.has(signature.family),
  )
  if (said.length > 0) {
    const match = best(said)
    return match && isOutdone(match, records) ? undefined : withNames(match, [...warnings, ...said])
  }
  if (situation.trouble === 'not_ready') return withNames(best(warnings.filter(isCentral)), warnings)
  const end = records.findLast(({ level }) => isBad(level))
  if (situation.trouble !== 'exited' || (end && !gaveUp.test(end.message))) return undefined
  return warnings.length > 0 ? withNames(best(warnings), warnings) : undefined
}

/** What went wrong outside may have gone on for long: a later fatal word about something else is the reason of the end. */
function isOutdone({ record, signature }: SignatureMatch, records: readonly LogRecord[]): boolean {
  if (!warned.has(signature.family) || record.level === 'fatal') return false
  const later = records.slice(records.indexOf(record) + 1)
  return later.some(
    (other) =>
      other.level === 'fatal' &&
      matchRecord(other).length === 0 &&
      !gaveUp.test(other.message) &&
      !general.test(other.message),
  )
}

/** Says that it ended, and not why. */
const general =
  /\b(?:fail\w*|abort\w*|exit\w*|terminat\w*|stop\w*|shut\w*|crash\w*|fatal error)\b|\b(?:cannot|can't|could not|unable to|not) (?:start|continue|proceed|run|boot)/i

function isBad(level: LogRecord['level']): boolean {
  return level === 'error' || level === 'fatal'
}

interface Candidate {
  match: SignatureMatch
  score: number
}

function candidates(
  kinds: readonly LogRecord[],
  records: readonly LogRecord[],
  isTrouble: (match: SignatureMatch, atEnd: boolean) => boolean,
): Candidate[] {
  return kinds.flatMap((record) => {
    const fromEnd = records.length - records.indexOf(record)
    const far = fromEnd > nearEnd ? distance : 0
    return matchRecord(record)
      .filter((match) => isTrouble(match, fromEnd <= lastWords))
      .map((match) => ({ match, score: weightOf(match) + urgency(match, fromEnd === 1) - far }))
  })
}

function best(found: readonly Candidate[]): SignatureMatch | undefined {
  let top: Candidate | undefined
  for (const candidate of found) if (!top || candidate.score >= top.score) top = candidate
  return top?.match
}

/** Last words often say in short what a line before them says with names: then that line speaks. */
function withNames(match: SignatureMatch | undefined, found: readonly Candidate[]): SignatureMatch | undefined {
  if (!match || Object.keys(match.facts).length > 0) return match
  const { family } = match.signature
  const named = found.findLast(
    (other) => other.match.signature.family === family && Object.keys(other.match.facts).length > 0,
  )
  return named?.match ?? match
}

/** A line that is said a hundred times is looked at once, where it was said last; oldest kind first. Calm ones crowd out no error. */
function latestOfEachKind(records: readonly LogRecord[]): LogRecord[] {
  const kinds = new Map<string, LogRecord>()
  let [bad, calm] = [0, 0]
  for (const record of records.toReversed()) {
    const isError = isBad(record.level)
    if ((isError ? bad : calm) >= mostKinds) continue
    const kind = `${record.level} ${maskMessage(record.message)} ${record.text.length > record.message.length + 200 ? record.index : ''}`
    if (kinds.has(kind)) continue
    kinds.set(kind, record)
    if (isError) bad++
    else calm++
  }
  return [...kinds.values()].toReversed()
}

function counts(match: SignatureMatch, atEnd: boolean): boolean {
  const { level } = match.record
  if (isBad(level)) return true
  if (match.signature.anyLevel) return true
  return level === undefined && atEnd
}

/** Faults that lie in the code itself, whatever was said before them. */
const codeFault =
  /nil pointer|nil map|index out of range|slice bounds|interface conversion|divide by zero|NullPointer|NullReference|IndexOutOf|ClassCast|ArithmeticException|TypeError|AttributeError|IndexError|ReferenceError|RangeError|NoMethodError|undefined (?:method|property)|Cannot read propert|is not a function|unwrap\(\)|out of bounds|SIGSEGV|Segmentation|on null|assertion/i

function isCentral({ match }: Candidate): boolean {
  return !isBeside(match.record.message)
}

/** Fatal words outrank any error before them; among equals the family decides. A crash that only wraps an error waits behind it. */
function urgency({ record, signature }: SignatureMatch, isLast: boolean): number {
  const wraps = signature.family === 'panic' && !codeFault.test(record.text)
  if (isBeside(record.message)) return -60
  if (wraps) return record.level === 'fatal' ? 20 : 10
  if (record.level === 'fatal') return 100
  return isLast && record.level === 'error' ? 60 : 0
}

/** A line of such a file is a matter of configuration. */
const configFile = /\.(?:ya?ml|toml|properties|conf|cfg|ini|env|hcl|cnf)\b/i

/** A row of a data file is a matter of data, also where the complaint sounds like one about configuration. */
function weightOf(match: SignatureMatch): number {
  const isRow =
    match.signature.family === 'data_error' && match.facts.row !== undefined && !configFile.test(match.record.text)
  return isRow && /\b(?:row|record)\b|\.(?:csv|tsv|jsonl|ndjson|parquet|avro)\b/i.test(match.record.text)
    ? weights.bad_config + 2
    : weights[match.signature.family]
}

const recentMs = 300_000
const beforeTurnMs = 120_000
const afterTurnMs = 60_000
const recentRecords = 20

function isRecent(record: LogRecord, records: LogRecord[], situation: Situation): boolean {
  if (situation.trouble === 'waiting') return true
  const age = situation.view.ageOf(record.time)
  if (age === undefined) return records.length - records.indexOf(record) <= recentRecords
  return age <= recentMs || isOfTheTurn(record, situation)
}

/** Said when the pod stopped being ready, however long ago that is: many programs say it once and go on. */
function isOfTheTurn({ time }: LogRecord, { pod }: Situation): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')
  const passed = Date.parse(time ?? '') - Date.parse(ready?.lastTransitionTime ?? '')
  return ready?.status === 'False' && passed >= -beforeTurnMs && passed <= afterTurnMs
}
