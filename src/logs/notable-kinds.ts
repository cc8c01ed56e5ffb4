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

/** The log in question, and what it is held against; a list that is absent was not read, and proves nothing. */
export interface LogsToCompare {
  records: readonly LogRecord[]
  previous?: readonly LogRecord[]
  siblings?: readonly (readonly LogRecord[])[]
}

const mostKinds = 12
/** A habit shows in so many records, and in so many siblings. */
const mostCompared = 500
const mostSiblings = 2
/** A log that is shorter than this shows no habit from which something could differ. */
const habit = 20
const longHabit = 100
const rareCount = 2
const burstCount = 5
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
 * Kinds of lines that are new, rare, in a burst or fatal, against the earlier part of the same log, the previous instance and
 * healthy siblings; those that stand out most come first.
 */
export function notableKinds({ records, previous, siblings = [] }: LogsToCompare): NotableKind[] {
  const compared = [previous ?? [], ...siblings].some((log) => log.length >= habit)
  if (records.length < longHabit && !compared && !records.some(({ level }) => level === 'fatal')) return []
  const own = new Map(records.map((record, place) => [record, place]))
  const before = new Set(previous?.slice(-mostCompared))
  const beside = new Set(siblings.slice(0, mostSiblings).flatMap((log) => log.slice(-mostCompared)))
  const others = [...before, ...beside]
  return kindGroups([...records, ...others])
    .flatMap((group) => {
      const mine = group.records.filter((record) => own.has(record))
      const [first] = mine
      if (!first) return []
      const why = [
        ...reasonsWithin(mine, records, own.get(first) ?? 0),
        ...(before.size >= habit && !group.records.some((record) => before.has(record))
          ? (['not_in_previous'] as const)
          : []),
        ...(beside.size >= habit && !group.records.some((record) => beside.has(record))
          ? (['not_in_sibling'] as const)
          : []),
      ]
      return why.length === 0 ? [] : [{ kind: toNotable(group, mine, why), weight: weightOf(first, why) }]
    })
    .toSorted((left, right) => right.weight - left.weight)
    .slice(0, mostKinds)
    .map(({ kind }) => kind)
}

function reasonsWithin(mine: readonly LogRecord[], all: readonly LogRecord[], place: number): Notability[] {
  const [first] = mine
  const isTrouble = mine.some(({ level }) => level === 'warn' || level === 'error' || level === 'fatal')
  const reasons: Notability[] = mine.some(({ level }) => level === 'fatal') ? ['fatal'] : []
  if (all.length < longHabit || !first) return reasons
  if (place >= all.length / 2) reasons.push('new_in_log')
  if (isTrouble && mine.length <= rareCount) reasons.push('rare')
  if (isBurst(mine, all)) reasons.push('burst')
  return reasons
}

/** Said many times more often in the last tenth of the log's time than before. */
function isBurst(mine: readonly LogRecord[], all: readonly LogRecord[]): boolean {
  const [start, end] = [Date.parse(all[0]?.time ?? ''), Date.parse(all.at(-1)?.time ?? '')]
  const from = end - (end - start) / 10
  if (!(end > start)) return false
  const late = mine.filter(({ time }) => Date.parse(time ?? '') >= from).length
  const early = mine.length - late
  return late >= burstCount && late * 9 >= early * burstFactor && mine.length < all.length / 2
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
