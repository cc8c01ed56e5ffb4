import { findValues } from './find-values.ts'
import { createKeyer, type LineGroup, type Pattern, rootOf, toPattern, wordingOf } from './pattern.ts'
import { createLineScanner, type ScannedLine } from './scan-line.ts'

/** A kind of line with its wording. */
export interface MinedKind extends Omit<LineGroup, 'joined' | 'seen'> {
  template: string
}

/** Reads lines one after the other; `kinds` may be asked for at any time. */
export interface TemplateMiner {
  add(text: string, index: number, time?: number): LineGroup
  /** The most frequent first. */
  kinds(): MinedKind[]
  /** Kinds that were given up to stay within bounds, and how many lines they had. */
  forgotten(): Forgotten
}

/**
 * Template mining of the Drain family, with one setting for all systems. A line whose wording is known costs one look-up; a new
 * one is held against the general wordings of its length; every so often what was seen is reviewed, and places that vary become
 * values. Bounded: past `mostWordings`, those not seen for longest are forgotten.
 */
export function createTemplateMiner(mostWordings = 4000): TemplateMiner {
  const scanner = createLineScanner()
  const keyer = createKeyer()
  const wordings = createWordings(mostWordings)
  let clock = 0
  return {
    add(text, index, time) {
      const line = scanner.scan(text)
      keyer.load(line.hashes, line.size)
      const pattern = wordings.find(line, keyer.key(), index)
      if (pattern.group.joined) pattern.group = rootOf(pattern.group)
      const { group } = pattern
      group.count++
      group.seen = ++clock
      if (time !== undefined) {
        group.first = Math.min(group.first ?? time, time)
        group.last = Math.max(group.last ?? time, time)
      }
      wordings.settle()
      return group
    },
    kinds() {
      wordings.settle(true)
      const byGroup = Map.groupBy(wordings.all(), (pattern) => rootOf(pattern.group))
      return [...byGroup]
        .map(([{ joined: _joined, seen: _seen, ...group }, same]) => ({ ...group, template: textOf(same) }))
        .toSorted((left, right) => right.count - left.count || left.index - right.index)
    },
    forgotten: () => wordings.forgotten(),
  }
}

/** The most general wording speaks for its group. */
function textOf(patterns: readonly Pattern[]): string {
  const pattern = patterns.find((each) => each.general) ?? patterns[0]
  if (!pattern) return ''
  const { words, spaced } = wordingOf(pattern)
  return words.map((word, index) => (spaced[index] ? ` ${word}` : word)).join('')
}

/** What was given up to stay within bounds. */
interface Forgotten {
  kinds: number
  lines: number
  /** The first of them. */
  example?: LineGroup
}

/** The wordings that were seen, in bounded number. */
interface Wordings {
  find(line: ScannedLine, key: number, index: number): Pattern
  /** Reviews what was seen where enough of it is new. */
  settle(force?: boolean): void
  all(): readonly Pattern[]
  forgotten(): Forgotten
}

const mostKnown = 65_536

const firstReview = 512

const mostPatience = 16_384

const valueHash = 1

/** The wordings with values in places that vary, by what a line has to have to fit them. */
interface GeneralIndex {
  find(line: ScannedLine): Pattern | undefined
}

/** Past `most`, the wordings whose group was not seen for longest are forgotten. */
function createWordings(most: number): Wordings {
  /** Also the particular wordings that went into general ones: a line seen before costs one look-up. */
  const known = new Map<number, Pattern>()
  let patterns: Pattern[] = []
  let general = createGeneralIndex(patterns)
  const lost: Forgotten = { kinds: 0, lines: 0 }
  let [fresh, patience] = [0, firstReview]

  function learn(line: ScannedLine, key: number, index: number): Pattern {
    const fitting = general.find(line)
    const pattern = fitting ?? toPattern(line, key, index)
    if (known.size >= mostKnown) keepOnly()
    known.set(key, pattern)
    if (fitting) return fitting
    patterns.push(pattern)
    fresh++
    return pattern
  }

  function keepOnly(): void {
    known.clear()
    for (const pattern of patterns) known.set(pattern.key, pattern)
  }

  function review(): void {
    const before = patterns.length
    patterns = findValues(patterns)
    // Reviews that find little become rare; what they would have found is forgotten meanwhile if need be.
    patience = patterns.length < before * 0.9 ? firstReview : Math.min(patience * 2, mostPatience)
    fresh = 0
  }

  function forget(): void {
    const { kept, given } = keepNewest(patterns, most * 0.75)
    patterns = kept
    lost.kinds += given.length
    for (const group of given) lost.lines += group.count
    lost.example ??= given.toSorted((left, right) => left.index - right.index)[0]
    keepOnly()
  }

  return {
    find: (line, key, index) => known.get(key) ?? learn(line, key, index),
    settle(force = false) {
      const due = force || fresh >= patience
      if (!due && patterns.length <= most * 1.25) return
      if (due) review()
      if (patterns.length > most) forget()
      general = createGeneralIndex(patterns)
    },
    all: () => patterns,
    forgotten: () => ({ ...lost }),
  }
}

/** The wordings whose groups were seen last, as many as there may be, and the groups that are left without any. */
function keepNewest(patterns: readonly Pattern[], most: number): { kept: Pattern[]; given: LineGroup[] } {
  for (const pattern of patterns) pattern.group = rootOf(pattern.group)
  const ordered = patterns.toSorted((left, right) => right.group.seen - left.group.seen)
  const kept = ordered.slice(0, most)
  const groups = new Set(kept.map((pattern) => pattern.group))
  const given = new Set<LineGroup>()
  for (const { group } of ordered.slice(most)) if (!groups.has(group)) given.add(group)
  return { kept, given: [...given] }
}

/** Those that may fit a line are of its length and begin as it does, or with a value. */
function createGeneralIndex(patterns: readonly Pattern[]): GeneralIndex {
  const buckets = Map.groupBy(
    patterns.filter((pattern) => pattern.general),
    ({ hashes }) => bucketOf(hashes.length, hashes[0] ?? 0),
  )
  return {
    find(line) {
      const first = line.hashes[0] ?? 0
      const fitting = (candidate: Pattern): boolean => fits(candidate, line)
      const found = buckets.get(bucketOf(line.size, first))?.find(fitting)
      return found ?? (first === valueHash ? undefined : buckets.get(bucketOf(line.size, valueHash))?.find(fitting))
    },
  }
}

function bucketOf(size: number, first: number): number {
  return (first >>> 0) * 128 + size
}

function fits({ kinds, hashes }: Pattern, line: ScannedLine): boolean {
  for (let index = 0; index < line.size; index++) {
    if (hashes[index] === line.hashes[index]) continue
    if (kinds[index] !== 1 || line.kinds[index] === 2) return false
  }
  return true
}
