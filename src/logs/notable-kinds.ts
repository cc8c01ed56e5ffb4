import { type KindGroup, kindGroups } from './log-templates.ts'
import type { LogRecord } from './log-record.ts'

/** Why a kind of line stands out. */
export type Notability = 'fatal' | 'burst' | 'new_in_log' | 'not_in_previous' | 'not_in_sibling' | 'rare'

/** A kind of line that stands out, with one of its lines. */
export interface NotableKind {
  why: Notability[]
  template: string
  count: number
  first?: string
  last?: string
  sample: string
  /** Position of the sample in the log. */
  line: number
}

/** A log and the logs to compare it with; an absent list was not read, and proves nothing. */
export interface LogsToCompare {
  records: readonly LogRecord[]
  previous?: readonly LogRecord[]
  siblings?: readonly (readonly LogRecord[])[]
}

const maxKinds = 12
const maxComparedRecords = 500
const maxSiblings = 2
/** A shorter log shows too few kinds for a comparison. */
const minComparedRecords = 20
/** A shorter log shows too few kinds for a comparison of its parts. */
const minRecords = 100
const maxRareCount = 2
const minBurstCount = 5
const burstFactor = 5
const weights: Record<Notability, number> = {
  fatal: 60,
  burst: 30,
  not_in_previous: 25,
  not_in_sibling: 25,
  new_in_log: 20,
  rare: 10,
}

/**
 * Kinds of lines that are new, rare, in a burst or fatal, compared with the earlier part of the same log, the previous instance and
 * healthy siblings; those that stand out most come first.
 */
export function notableKinds({ records, previous, siblings = [] }: LogsToCompare): NotableKind[] {
  const compared = [previous ?? [], ...siblings].some((log) => log.length >= minComparedRecords)
  if (records.length < minRecords && !compared && !records.some(({ level }) => level === 'fatal')) return []
  const own = new Map(records.map((record, place) => [record, place]))
  const before = new Set(previous?.slice(-maxComparedRecords))
  const beside = new Set(siblings.slice(0, maxSiblings).flatMap((log) => log.slice(-maxComparedRecords)))
  const others = [...before, ...beside]
  return kindGroups([...records, ...others])
    .flatMap((group) => {
      const mine = group.records.filter((record) => own.has(record))
      const [first] = mine
      if (!first) return []
      const why = [
        ...reasonsWithin(mine, records, own.get(first) ?? 0),
        ...(before.size >= minComparedRecords && !group.records.some((record) => before.has(record))
          ? (['not_in_previous'] as const)
          : []),
        ...(beside.size >= minComparedRecords && !group.records.some((record) => beside.has(record))
          ? (['not_in_sibling'] as const)
          : []),
      ]
      return why.length === 0 ? [] : [{ kind: toNotable(group, mine, why), weight: weightOf(first, why) }]
    })
    .toSorted((left, right) => right.weight - left.weight)
    .slice(0, maxKinds)
    .map(({ kind }) => kind)
}

function reasonsWithin(mine: readonly LogRecord[], all: readonly LogRecord[], place: number): Notability[] {
  const [first] = mine
  const isTrouble = mine.some(({ level }) => level === 'warn' || level === 'error' || level === 'fatal')
  const reasons: Notability[] = mine.some(({ level }) => level === 'fatal') ? ['fatal'] : []
  if (all.length < minRecords || !first) return reasons
  if (place >= all.length / 2) reasons.push('new_in_log')
  if (isTrouble && mine.length <= maxRareCount) reasons.push('rare')
  if (isBurst(mine, all)) reasons.push('burst')
  return reasons
}

/** Much more frequent in the last tenth of the log's time than before. */
function isBurst(mine: readonly LogRecord[], all: readonly LogRecord[]): boolean {
  const [start, end] = [Date.parse(all[0]?.time ?? ''), Date.parse(all.at(-1)?.time ?? '')]
  const from = end - (end - start) / 10
  if (!(end > start)) return false
  const late = mine.filter(({ time }) => Date.parse(time ?? '') >= from).length
  const early = mine.length - late
  return late >= minBurstCount && late * 9 >= early * burstFactor && mine.length < all.length / 2
}

function weightOf({ level }: LogRecord, why: readonly Notability[]): number {
  const bad = level === 'fatal' || level === 'error' ? 50 : level === 'warn' ? 15 : 0
  return bad + why.reduce((sum, reason) => sum + weights[reason], 0)
}

function toNotable({ template }: KindGroup, mine: readonly LogRecord[], why: Notability[]): NotableKind {
  const [first, last] = [mine[0], mine.at(-1)]
  return {
    why,
    template: template.slice(0, 300),
    count: mine.length,
    ...(first?.time === undefined ? {} : { first: first.time }),
    ...(last?.time === undefined ? {} : { last: last.time }),
    sample: (first?.message ?? '').slice(0, 300),
    line: first?.index ?? 0,
  }
}
