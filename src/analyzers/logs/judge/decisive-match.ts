import type { LogRecord } from '../log-record.ts'
import { matchRecord } from '../match-record.ts'
import { templateOf } from '../template-of.ts'
import type { SignatureFamily, SignatureMatch } from '../signatures/signature.ts'
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
  stuck: 50,
  panic: 45,
  waiting: 40,
}

/** Records at the end of a run that may be its last words though they bear no level. */
const lastWords = 12
const inspected = 400
const mostKinds = 80

/**
 * The match that decides: among what a program said as an error, last words and fatal ones before the rest, then the more
 * particular kind, then the later. A running container's old errors do not count: only those of the last minutes do.
 */
export function decisiveMatch(situation: Situation): SignatureMatch | undefined {
  const records = situation.records.slice(-inspected)
  const recent =
    situation.trouble === 'exited' ? records : records.filter((record) => isRecent(record, records, situation))
  let best: { match: SignatureMatch; score: number } | undefined
  for (const record of latestOfEachKind(recent)) {
    const atEnd = records.length - records.indexOf(record) <= lastWords
    for (const match of matchRecord(record)) {
      if (!counts(match, atEnd)) continue
      const score = weightOf(match) + urgency(record, record === records.at(-1))
      if (!best || score >= best.score) best = { match, score }
    }
  }
  return best?.match
}

/** A line that is said a hundred times is looked at once, where it was said last; oldest kind first. */
function latestOfEachKind(records: readonly LogRecord[]): LogRecord[] {
  const kinds = new Map<string, LogRecord>()
  for (const record of records.toReversed()) {
    const kind = `${record.level} ${templateOf(record.message)} ${record.text.length > record.message.length + 200 ? record.index : ''}`
    if (!kinds.has(kind)) kinds.set(kind, record)
    if (kinds.size >= mostKinds) break
  }
  return [...kinds.values()].toReversed()
}

function counts(match: SignatureMatch, atEnd: boolean): boolean {
  const { level } = match.record
  if (level === 'error' || level === 'fatal') return true
  if (match.signature.anyLevel) return true
  return level === undefined && atEnd
}

/** Fatal words outrank any error before them; among equals the family decides. */
function urgency(record: LogRecord, isLast: boolean): number {
  if (record.level === 'fatal') return 100
  return isLast && record.level === 'error' ? 60 : 0
}

/** A row of a data file is a matter of data, also where the complaint sounds like one about configuration. */
function weightOf(match: SignatureMatch): number {
  const isRow = match.signature.family === 'data_error' && match.facts.row !== undefined
  return isRow && /\b(?:row|record)\b|\.(?:csv|tsv|jsonl|ndjson|parquet|avro)\b/i.test(match.record.text)
    ? weights.bad_config + 2
    : weights[match.signature.family]
}

const recentMs = 300_000
const recentRecords = 20

function isRecent(record: LogRecord, records: LogRecord[], situation: Situation): boolean {
  if (situation.trouble === 'waiting') return true
  const age = situation.view.ageOf(record.time)
  return age === undefined ? records.length - records.indexOf(record) <= recentRecords : age <= recentMs
}
