import type { LogRecord } from '#src/logs/log-record.ts'
import { maskMessage } from '#src/logs/log-templates.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import type { SignatureFamily, SignatureMatch } from '#src/logs/signatures/signature.ts'
import type { Situation } from './situation.ts'

/** Which family decides where a log reports several: the more particular, the higher. */
const familyWeights: Record<SignatureFamily, number> = {
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

/** Of the last records of a run, those without a level count too. */
const lastRecords = 12
const inspectedRecords = 400
/** A record further from the end weighs less. */
const nearEndRecords = 40
const farPenalty = 30
const maxKinds = 80

/** Faults outside of the program, which it may only warn about before it exits without another reason. */
export const outsideFamilies: ReadonlySet<SignatureFamily> = new Set([
  'unreachable',
  'unresolved_name',
  'tls',
  'authentication',
  'forbidden',
])
const gaveUp = /deadline exceeded|timed? ?out|giv(?:ing|en|e) up|gave up|retr(?:y|ies)|unavailable|unreachable|connect/i

/**
 * The match that decides. Of the errors, fatal records and the last one come first, then the more particular family, then the later
 * record. Of a running container only the errors of the last minutes count.
 */
export function decisiveMatch(situation: Situation): SignatureMatch | undefined {
  const records = situation.records.filter(
    ({ level }, index, all) => index >= all.length - inspectedRecords || isBad(level),
  )
  const recent =
    situation.trouble === 'exited' ? records : records.filter((record) => isRecent(record, records, situation))
  const kinds = latestOfEachKind(recent)
  const errors = candidates(kinds, records, countsAsError)
  const warnings = candidates(
    kinds,
    records,
    ({ record, signature }) => record.level === 'warn' && outsideFamilies.has(signature.family),
  )
  if (errors.length > 0) {
    const match = best(errors)
    return match && isSuperseded(match, records) ? undefined : withNames(match, [...warnings, ...errors])
  }
  if (situation.trouble === 'not_ready') return withNames(best(warnings.filter(isAboutOwnWork)), warnings)
  const end = records.findLast(({ level }) => isBad(level))
  if (situation.trouble !== 'exited' || (end && !gaveUp.test(end.message))) return undefined
  return warnings.length > 0 ? withNames(best(warnings), warnings) : undefined
}

/** A fault outside of the program may have lasted for long: a later fatal record about something else is the reason of the exit. */
function isSuperseded({ record, signature }: SignatureMatch, records: readonly LogRecord[]): boolean {
  if (!outsideFamilies.has(signature.family) || record.level === 'fatal') return false
  const later = records.slice(records.indexOf(record) + 1)
  return later.some(
    (other) =>
      other.level === 'fatal' &&
      matchRecord(other).length === 0 &&
      !gaveUp.test(other.message) &&
      !plainExit.test(other.message),
  )
}

/** Reports that the program exits, and not why. */
const plainExit =
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
    const far = fromEnd > nearEndRecords ? farPenalty : 0
    return matchRecord(record)
      .filter((match) => isTrouble(match, fromEnd <= lastRecords))
      .map((match) => ({ match, score: weightOf(match) + urgency(match, fromEnd === 1) - far }))
  })
}

function best(found: readonly Candidate[]): SignatureMatch | undefined {
  let top: Candidate | undefined
  for (const candidate of found) if (!top || candidate.score >= top.score) top = candidate
  return top?.match
}

/** The last record often repeats in short what an earlier one reports with names: then the earlier one is taken. */
function withNames(match: SignatureMatch | undefined, found: readonly Candidate[]): SignatureMatch | undefined {
  if (!match || Object.keys(match.facts).length > 0) return match
  const { family } = match.signature
  const named = found.findLast(
    (other) => other.match.signature.family === family && Object.keys(other.match.facts).length > 0,
  )
  return named?.match ?? match
}

/** The last record of each kind, oldest first. Errors have a limit of their own, so that calm lines do not crowd them out. */
function latestOfEachKind(records: readonly LogRecord[]): LogRecord[] {
  const kinds = new Map<string, LogRecord>()
  let [bad, calm] = [0, 0]
  for (const record of records.toReversed()) {
    const isError = isBad(record.level)
    if ((isError ? bad : calm) >= maxKinds) continue
    const kind = `${record.level} ${maskMessage(record.message)} ${record.text.length > record.message.length + 200 ? record.index : ''}`
    if (kinds.has(kind)) continue
    kinds.set(kind, record)
    if (isError) bad++
    else calm++
  }
  return [...kinds.values()].toReversed()
}

function countsAsError(match: SignatureMatch, atEnd: boolean): boolean {
  const { level } = match.record
  if (isBad(level)) return true
  if (match.signature.anyLevel) return true
  return level === undefined && atEnd
}

/** Faults in the code itself, independent of earlier errors. */
const codeFault =
  /nil pointer|nil map|index out of range|slice bounds|interface conversion|divide by zero|NullPointer|NullReference|IndexOutOf|ClassCast|ArithmeticException|TypeError|AttributeError|IndexError|ReferenceError|RangeError|NoMethodError|undefined (?:method|property)|Cannot read propert|is not a function|unwrap\(\)|out of bounds|SIGSEGV|Segmentation|on null|assertion/i

function isAboutOwnWork({ match }: Candidate): boolean {
  return !isAboutTelemetry(match.record.message)
}

/** A fatal record outranks all errors; a crash that only wraps an error ranks behind that error. */
function urgency({ record, signature }: SignatureMatch, isLast: boolean): number {
  const wraps = signature.family === 'panic' && !codeFault.test(record.text)
  if (isAboutTelemetry(record.message)) return -60
  if (wraps) return record.level === 'fatal' ? 20 : 10
  if (record.level === 'fatal') return 100
  return isLast && record.level === 'error' ? 60 : 0
}

/** Files of which a bad line is a fault of the configuration. */
const configFile = /\.(?:ya?ml|toml|properties|conf|cfg|ini|env|hcl|cnf)\b/i

/** A bad row of a data file is a fault of the data, also where the message sounds like one about configuration. */
function weightOf(match: SignatureMatch): number {
  const isRow =
    match.signature.family === 'data_error' && match.facts.row !== undefined && !configFile.test(match.record.text)
  return isRow && /\b(?:row|record)\b|\.(?:csv|tsv|jsonl|ndjson|parquet|avro)\b/i.test(match.record.text)
    ? familyWeights.bad_config + 2
    : familyWeights[match.signature.family]
}

const recentMs = 300_000
const beforeUnreadyMs = 120_000
const afterUnreadyMs = 60_000
const recentRecords = 20

function isRecent(record: LogRecord, records: LogRecord[], situation: Situation): boolean {
  if (situation.trouble === 'waiting') return true
  const age = situation.view.ageOf(record.time)
  if (age === undefined) return records.length - records.indexOf(record) <= recentRecords
  return age <= recentMs || isFromBecomingUnready(record, situation)
}

/** Logged when the pod stopped being ready, however long ago: many programs log the reason once and run on. */
function isFromBecomingUnready({ time }: LogRecord, { pod }: Situation): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')
  const sinceUnready = Date.parse(time ?? '') - Date.parse(ready?.lastTransitionTime ?? '')
  return ready?.status === 'False' && sinceUnready >= -beforeUnreadyMs && sinceUnready <= afterUnreadyMs
}

/** Telemetry and update checks, without which a program runs on. */
const telemetry =
  /\b(?:otel\w*|opentelemetry|open telemetry|telemetry|tracing|traces? export\w*|export(?:ing)? (?:of )?(?:traces|spans|metrics)|spans?|statsd|jaeger|zipkin|sentry|datadog|analytics|pushgateway|update check|usage report\w*)\b/i

/** True for a line about telemetry or an update check. */
export function isAboutTelemetry(message: string): boolean {
  return telemetry.test(message)
}
