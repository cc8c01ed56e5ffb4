import type { FindingDraft } from '#src/domain/finding.ts'
import type { ScannedKind } from '#src/domain/log-scan.ts'
import { lineHash, type LogRecord } from '#src/logs/log-record.ts'
import { kindGroups } from '#src/logs/log-templates.ts'
import { notableKinds } from '#src/logs/notable-kinds.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'

/** One log as it was read, for telling it in short. */
export interface LogToCompact {
  pod: string
  container: string
  previous: boolean
  records: readonly LogRecord[]
  /** Lines in all, where more were read than are in `records`. */
  lines: number
  /** False: older lines were not read. */
  complete: boolean
  /** Kinds of the whole log, where more was read than is in `records`. */
  kinds?: readonly ScannedKind[]
  /** What the log would cost as it was read; absent: worked out from `records`. */
  raw_tokens?: number
}

/** One line of the digest. The lower its rank, the sooner it is told. */
export interface CompactItem {
  rank: number
  log: LogToCompact
  /** Where it stands in its log. */
  line: number
  text: string
  /** Lines of the log for which it speaks. */
  stands_for: number
}

const ranks = {
  cited: 0,
  matched: 1,
  notable: 2,
  neighbour: 3,
  error: 4,
  lastWords: 5,
  firstWords: 6,
  newAndCalm: 7,
  warning: 8,
  rest: 9,
}
/** Before and after a decisive line. */
const neighbours = 2
const lastWords = 3
const firstWords = 3
const mostMatches = 12
const mostChecked = 400
const decisiveLength = 900
const usualLength = 260

/** Everything that could be told, each kind of line of a log once at the best of its ranks. */
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
    for (let step = -neighbours; step <= neighbours; step++)
      if (step !== 0) raise(records[place + step], ranks.neighbour)
  }
  const atLine = new Map(records.map((record) => [record.index, record]))
  for (const kind of notableKinds(comparisonFor(log, logs))) {
    const record = atLine.get(kind.line)
    const isCalm = record?.level === 'info' || record?.level === 'debug' || record?.level === undefined
    const isKnownElsewhere = !kind.why.some((reason) => reason.startsWith('not_in_'))
    raise(record, isCalm && isKnownElsewhere ? ranks.newAndCalm : ranks.notable)
  }
  for (const record of records.slice(-lastWords)) raise(record, ranks.lastWords)
  for (const record of records.slice(0, firstWords)) raise(record, ranks.firstWords)
  for (const { records: same } of groups) raise(same[0], rankOfLevel(same))
  const counts = new Map(groups.map(({ records: same }) => [same[0], same]))
  const wholeKinds = new Map((log.kinds ?? []).map((kind) => [kind.line, kind]))
  const items = [...rankOf].map(([record, rank]) =>
    toItem(log, record, { rank, same: counts.get(record), whole: wholeKinds.get(record.index) }),
  )
  return [...items, ...kindsBeyond(log, atLine)]
}

/** Lines on which a finding rests, and what fits a known wording of trouble, each kind once. */
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
    .slice(0, mostChecked)
  let matches = 0
  for (const { record } of checked) {
    const isFatal = record.level === 'fatal'
    if (found.has(record) || matches >= mostMatches || (!isFatal && matchRecord(record).length === 0)) continue
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
  // The rarer, the sooner: a fault is seldom what was said most.
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
  const length = rank <= ranks.notable ? decisiveLength : usualLength
  const count = whole?.count ?? same?.length ?? 1
  const last = whole?.last ?? same?.at(-1)?.time
  const until = count > 1 && last !== undefined ? ` until ${clock(last)}` : ''
  const times = count > 1 ? ` (${count} times${until})` : ''
  const level = record.level === undefined ? '' : `${record.level} `
  const body = record.text.includes('\n') && rank <= ranks.notable ? record.text : record.message
  const stamp = record.time === undefined ? '' : `${clock(record.time)} `
  return { rank, log, line: record.index, text: `${stamp}${level}${cut(body, length)}${times}`, stands_for: count }
}

/** Kinds of the whole log of which no line is among the records. */
function kindsBeyond(log: LogToCompact, atLine: ReadonlyMap<number, LogRecord>): CompactItem[] {
  return (log.kinds ?? [])
    .filter((kind) => !atLine.has(kind.line))
    .map(({ count, first, last, sample, line }) => ({
      rank: ranks.rest + Math.min(count, 1_000_000) / 1_000_000,
      log,
      line,
      text: `${first === undefined ? '' : `${clock(first)} `}${cut(sample, usualLength)} (${count} times${last === undefined ? '' : ` until ${clock(last)}`})`,
      stands_for: count,
    }))
}

/** What two pods say in the same words is told once, at the better of its ranks. */
function withoutRepeats(items: readonly CompactItem[]): CompactItem[] {
  const told = new Set<string>()
  return items
    .toSorted((left, right) => left.rank - right.rank)
    .filter((item) => {
      const words = `${item.log.container} ${item.text.replaceAll(/\d+/g, '#')}`
      if (told.has(words)) return false
      told.add(words)
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

/** The head and, of what is long, the end as well: stack traces name their cause last. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const end = Math.floor(length / 3)
  return `${text.slice(0, length - end)} … ${text.slice(-end)}`
}
