import type { FindingDraft } from '#src/domain/finding.ts'
import type { ScannedKind } from '#src/domain/log-scan.ts'
import { lineHash, type LogRecord } from '#src/logs/log-record.ts'
import { kindGroups } from '#src/logs/log-templates.ts'
import { notableKinds } from '#src/logs/notable-kinds.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'

/** One log to compact. */
export interface LogToCompact {
  pod: string
  container: string
  previous: boolean
  records: readonly LogRecord[]
  /** All lines of the log, of which `records` may hold only a part. */
  lines: number
  /** False where older lines were not read. */
  complete: boolean
  /** Kinds of the whole log, where `records` hold only a part of it. */
  kinds?: readonly ScannedKind[]
  /** Tokens of the whole log; absent: estimated from `records`. */
  raw_tokens?: number
}

/** One line of the digest. Lines with a lower rank are taken first. */
export interface CompactItem {
  rank: number
  log: LogToCompact
  /** Position in its log. */
  line: number
  text: string
  /** Lines of the log that it represents. */
  represents: number
}

const ranks = {
  cited: 0,
  matched: 1,
  notable: 2,
  neighbour: 3,
  error: 4,
  lastLines: 5,
  firstLines: 6,
  newAndCalm: 7,
  warning: 8,
  rest: 9,
}
/** Lines before and after a decisive line. */
const neighbourLines = 2
const lastLines = 3
const firstLines = 3
const maxMatches = 12
const maxCheckedKinds = 400
const maxDecisiveLength = 900
const maxLength = 260

/** All candidates for the digest: each kind of line of a log once, with the best of its ranks. */
export function collectItems(
  logs: readonly LogToCompact[],
  findings: readonly Pick<FindingDraft, 'evidence'>[],
): CompactItem[] {
  const cited = citedLines(findings)
  const items = logs.flatMap((log) => itemsOf(log, logs, cited))
  return withoutRepeats(items)
}

function itemsOf(log: LogToCompact, logs: readonly LogToCompact[], cited: ReadonlySet<string>): CompactItem[] {
  const { records } = log
  const rankOf = new Map<LogRecord, number>()
  const raise = (record: LogRecord | undefined, rank: number): void => {
    if (record && rank < (rankOf.get(record) ?? Infinity)) rankOf.set(record, rank)
  }
  const places = new Map(records.map((record, place) => [record, place]))
  const groups = kindGroups(records)
  const decisive = decisiveRecords(log, groups, cited)
  for (const [record, rank] of decisive) {
    raise(record, rank)
    const place = places.get(record) ?? 0
    for (let step = -neighbourLines; step <= neighbourLines; step++)
      if (step !== 0) raise(records[place + step], ranks.neighbour)
  }
  const atLine = new Map(records.map((record) => [record.index, record]))
  for (const kind of notableKinds(comparisonFor(log, logs))) {
    const record = atLine.get(kind.line)
    const isCalm = record?.level === 'info' || record?.level === 'debug' || record?.level === undefined
    const isSeenElsewhere = !kind.why.some((reason) => reason.startsWith('not_in_'))
    raise(record, isCalm && isSeenElsewhere ? ranks.newAndCalm : ranks.notable)
  }
  for (const record of records.slice(-lastLines)) raise(record, ranks.lastLines)
  for (const record of records.slice(0, firstLines)) raise(record, ranks.firstLines)
  for (const { records: same } of groups) raise(same[0], rankOfLevel(same))
  const counts = new Map(groups.map(({ records: same }) => [same[0], same]))
  const wholeKinds = new Map((log.kinds ?? []).map((kind) => [kind.line, kind]))
  const items = [...rankOf].map(([record, rank]) =>
    toItem(log, record, { rank, same: counts.get(record), whole: wholeKinds.get(record.index) }),
  )
  return [...items, ...kindsBeyond(log, atLine)]
}

/** Records that a finding cites, and records that match a signature, each kind once. */
function decisiveRecords(
  log: LogToCompact,
  groups: readonly { records: LogRecord[] }[],
  cited: ReadonlySet<string>,
): Map<LogRecord, number> {
  const found = new Map<LogRecord, number>()
  for (const record of log.records) if (cited.has(`${log.pod}/${lineHash(record)}`)) found.set(record, ranks.cited)
  const candidates = groups.flatMap(({ records }) =>
    records[0] ? [{ record: records[0], kinds: records.length }] : [],
  )
  const checked = candidates
    .toSorted((left, right) => badness(right.record) - badness(left.record))
    .slice(0, maxCheckedKinds)
  let matches = 0
  for (const { record } of checked) {
    const isFatal = record.level === 'fatal'
    if (found.has(record) || matches >= maxMatches || (!isFatal && matchRecord(record).length === 0)) continue
    found.set(record, ranks.matched)
    matches++
  }
  return found
}

function badness({ level }: LogRecord): number {
  return { fatal: 4, error: 3, warn: 2, info: 1, debug: 0, trace: 0 }[level ?? 'info']
}

function rankOfLevel(same: readonly LogRecord[]): number {
  if (same.some(({ level }) => level === 'fatal' || level === 'error')) return ranks.error
  if (same.some(({ level }) => level === 'warn')) return ranks.warning
  // Rare kinds first: the most frequent line is seldom the fault.
  return ranks.rest + Math.min(same.length, 1_000_000) / 1_000_000
}

function comparisonFor(log: LogToCompact, logs: readonly LogToCompact[]) {
  const same = logs.filter((other) => other !== log && other.container === log.container)
  const previous = log.previous ? undefined : same.find((other) => other.pod === log.pod && other.previous)?.records
  const siblings = same.filter((other) => other.pod !== log.pod && !other.previous).map((other) => other.records)
  return { records: log.records, siblings, ...(previous ? { previous } : {}) }
}

function toItem(
  log: LogToCompact,
  record: LogRecord,
  { rank, same, whole }: { rank: number; same: LogRecord[] | undefined; whole: ScannedKind | undefined },
): CompactItem {
  const length = rank <= ranks.notable ? maxDecisiveLength : maxLength
  const count = whole?.count ?? same?.length ?? 1
  const last = whole?.last ?? same?.at(-1)?.time
  const until = count > 1 && last !== undefined ? ` until ${clock(last)}` : ''
  const times = count > 1 ? ` (${count} times${until})` : ''
  const level = record.level === undefined ? '' : `${record.level} `
  const body = record.text.includes('\n') && rank <= ranks.notable ? record.text : record.message
  const stamp = record.time === undefined ? '' : `${clock(record.time)} `
  return { rank, log, line: record.index, text: `${stamp}${level}${cut(body, length)}${times}`, represents: count }
}

/** Kinds of the whole log without a line among the records. */
function kindsBeyond(log: LogToCompact, atLine: ReadonlyMap<number, LogRecord>): CompactItem[] {
  return (log.kinds ?? [])
    .filter((kind) => !atLine.has(kind.line))
    .map(({ count, first, last, sample, line }) => ({
      rank: ranks.rest + Math.min(count, 1_000_000) / 1_000_000,
      log,
      line,
      text: `${first === undefined ? '' : `${clock(first)} `}${cut(sample, maxLength)} (${count} times${last === undefined ? '' : ` until ${clock(last)}`})`,
      represents: count,
    }))
}

/** The same line of two pods is kept once, with the better rank. */
function withoutRepeats(items: readonly CompactItem[]): CompactItem[] {
  const seen = new Set<string>()
  return items
    .toSorted((left, right) => left.rank - right.rank)
    .filter((item) => {
      const key = `${item.log.container} ${item.text.replaceAll(/\d+/g, '#')}`
      if (seen.has(key)) return false
      seen.add(key)
      return true
    })
}

function citedLines(findings: readonly Pick<FindingDraft, 'evidence'>[]): Set<string> {
  return new Set(
    findings.flatMap(({ evidence }) =>
      evidence.flatMap(({ ref }) => ('log' in ref ? [`${ref.log.pod}/${ref.log.line_hash}`] : [])),
    ),
  )
}

function clock(time: string): string {
  return time.slice(11, 19)
}

/** The beginning and, of a long text, the end: stack traces name their cause last. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const end = Math.floor(length / 3)
  return `${text.slice(0, length - end)} … ${text.slice(-end)}`
}
