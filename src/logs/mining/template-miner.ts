import {
  createKeyer,
  type LineGroup,
  type Pattern,
  rootOf,
  toPattern,
  wordingOf,
  distinctPatterns,
  generalise,
  joinGroups,
} from './pattern.ts'
import { createLineScanner, type ScannedLine } from './scan-line.ts'
import { joinPairs, joinPlaces } from './varying-places.ts'
import { createReview, type Review } from './review.ts'

/** A kind of line with its template. */
export interface MinedKind extends Omit<LineGroup, 'joined' | 'seen'> {
  template: string
}

/** Reads lines one by one; `kinds` may be called at any time. */
export interface TemplateMiner {
  add(text: string, index: number, time?: number): LineGroup
  /** The most frequent first. */
  kinds(): MinedKind[]
  /** Kinds that were dropped to bound memory, and the number of their lines. */
  forgotten(): Forgotten
}

const maxRounds = 4

const maxSteps = 300_000

const maxRepeatLength = 8

const sharedKeyer = createKeyer()

/** Hashes of the marks between the values of a list, as a mark or as a word. */
const listMarks = new Set(
  Array.from(',;:|/=-', (mark) => mark.charCodeAt(0)).flatMap((code) => [
    code,
    Math.imul(0x811c9dc5 ^ code, 0x01000193),
  ]),
)

/**
 * Template mining of the Drain family, with one setting for all systems. A line with a known pattern costs one look-up; a new one is
 * compared with the general patterns of its length; from time to time the patterns are reviewed, and varying places become values.
 * Bounded: beyond `maxPatterns`, the patterns that were not seen for the longest time are dropped.
 */
export function createTemplateMiner(maxPatterns = 4000): TemplateMiner {
  const scanner = createLineScanner()
  const keyer = createKeyer()
  const patterns = createPatternStore(maxPatterns)
  let clock = 0
  return {
    add(text, index, time) {
      const line = scanner.scan(text)
      keyer.load(line.hashes, line.size)
      const pattern = patterns.find(line, keyer.key(), index)
      if (pattern.group.joined) pattern.group = rootOf(pattern.group)
      const { group } = pattern
      group.count++
      group.seen = ++clock
      if (time !== undefined) {
        group.first = Math.min(group.first ?? time, time)
        group.last = Math.max(group.last ?? time, time)
      }
      patterns.settle()
      return group
    },
    kinds() {
      patterns.settle(true)
      const byGroup = Map.groupBy(patterns.all(), (pattern) => rootOf(pattern.group))
      return [...byGroup]
        .map(([{ joined: _joined, seen: _seen, ...group }, same]) => ({ ...group, template: textOf(same) }))
        .toSorted((left, right) => right.count - left.count || left.index - right.index)
    },
    forgotten: () => patterns.forgotten(),
  }
}

/** The template of a group is its general pattern, else its first one. */
function textOf(patterns: readonly Pattern[]): string {
  const pattern = patterns.find((each) => each.general) ?? patterns[0]
  if (!pattern) return ''
  const { words, spaced } = wordingOf(pattern)
  return words.map((word, index) => (spaced[index] ? ` ${word}` : word)).join('')
}

/** What was dropped to bound memory. */
interface Forgotten {
  kinds: number
  lines: number
  /** The first dropped group. */
  example?: LineGroup
}

/** The known patterns, in bounded number. */
interface PatternStore {
  find(line: ScannedLine, key: number, index: number): Pattern
  /** Reviews the patterns where enough of them are new. */
  settle(force?: boolean): void
  all(): readonly Pattern[]
  forgotten(): Forgotten
}

const maxKnownKeys = 65_536

const minNewForReview = 512

const maxNewForReview = 16_384

const valueHash = 1

/** The patterns with values, by the length and the first token of the lines that fit them. */
interface GeneralIndex {
  find(line: ScannedLine): Pattern | undefined
}

/** Beyond `max`, the patterns whose groups were not seen for the longest time are dropped. */
function createPatternStore(max: number): PatternStore {
  /** With the particular patterns that became part of general ones: a line that was seen before costs one look-up. */
  const known = new Map<number, Pattern>()
  let patterns: Pattern[] = []
  let general = createGeneralIndex(patterns)
  const lost: Forgotten = { kinds: 0, lines: 0 }
  let [fresh, newForReview] = [0, minNewForReview]

  function learn(line: ScannedLine, key: number, index: number): Pattern {
    const fitting = general.find(line)
    const pattern = fitting ?? toPattern(line, key, index)
    if (known.size >= maxKnownKeys) keepOnly()
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
    // Reviews that find little become rare; patterns that they would have joined may be dropped meanwhile.
    newForReview = patterns.length < before * 0.9 ? minNewForReview : Math.min(newForReview * 2, maxNewForReview)
    fresh = 0
  }

  function forget(): void {
    const { kept, given } = keepNewest(patterns, max * 0.75)
    patterns = kept
    lost.kinds += given.length
    for (const group of given) lost.lines += group.count
    lost.example ??= given.toSorted((left, right) => left.index - right.index)[0]
    keepOnly()
  }

  return {
    find: (line, key, index) => known.get(key) ?? learn(line, key, index),
    settle(force = false) {
      const due = force || fresh >= newForReview
      if (!due && patterns.length <= max * 1.25) return
      if (due) review()
      if (patterns.length > max) forget()
      general = createGeneralIndex(patterns)
    },
    all: () => patterns,
    forgotten: () => ({ ...lost }),
  }
}

/** The patterns whose groups were seen last, and the groups that no longer have a pattern. */
function keepNewest(patterns: readonly Pattern[], max: number): { kept: Pattern[]; given: LineGroup[] } {
  for (const pattern of patterns) pattern.group = rootOf(pattern.group)
  const ordered = patterns.toSorted((left, right) => right.group.seen - left.group.seen)
  const kept = ordered.slice(0, max)
  const groups = new Set(kept.map((pattern) => pattern.group))
  const given = new Set<LineGroup>()
  for (const { group } of ordered.slice(max)) if (!groups.has(group)) given.add(group)
  return { kept, given: [...given] }
}

/** Patterns that may fit a line have its length and begin with its first token or with a value. */
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

/**
 * Patterns that differ only in a varying place become one general pattern, and their groups one group. Two log statements stay
 * separate until enough lines show that they are one.
 */
export function findValues(patterns: readonly Pattern[], steps = maxSteps): Pattern[] {
  const review = createReview(steps)
  let current = [...patterns]
  for (let round = 0; round < maxRounds; round++) {
    const next = unitePatterns(joinPairs(joinPlaces(current, review), review), review)
    if (next.length === current.length) break
    current = next
  }
  joinSame(current)
  return current
}

/** Two general patterns that differ only where one of them has a value become one: (a, *) and (*, b). */
function unitePatterns(patterns: readonly Pattern[], review: Review): Pattern[] {
  const left = new Set(patterns)
  const made: Pattern[] = []
  const bySize = Map.groupBy(
    patterns.filter((pattern) => pattern.general),
    (pattern) => pattern.kinds.length,
  )
  for (const general of bySize.values())
    for (const [order, one] of general.entries()) {
      if (!left.has(one)) continue
      const all = [one]
      for (let next = order + 1; next < general.length && review.steps > 0; next++) {
        const other = general[next] as Pattern
        review.steps--
        if (left.has(other) && agree(one, other)) all.push(other)
      }
      if (all.length === 1) continue
      for (const pattern of all) left.delete(pattern)
      made.push(generalise(all, valuesOf(all)))
    }
  return distinctPatterns([...left, ...made])
}

function valuesOf(patterns: readonly Pattern[]): (readonly [number, number])[] {
  const places = Array.from({ length: patterns[0]?.kinds.length ?? 0 }, (_, place) => place)
  return places
    .filter((place) => patterns.some((pattern) => pattern.kinds[place] === 1))
    .map((place) => [place, place + 1] as const)
}

function agree(one: Pattern, other: Pattern): boolean {
  let equalWords = 0
  let differing = 0
  for (let place = 0; place < one.kinds.length; place++) {
    const [kind, otherKind] = [one.kinds[place], other.kinds[place]]
    if (one.hashes[place] === other.hashes[place]) equalWords += kind === 0 ? 1 : 0
    else if (kind === 2 || otherKind === 2 || (kind === 0 && otherKind === 0) || ++differing > 2) return false
  }
  return equalWords >= 3
}

/** Joins the groups of patterns that are equal when adjacent values and the repeated items of a list count once. */
function joinSame(patterns: readonly Pattern[]): void {
  const withValues = patterns.filter((pattern) => pattern.kinds.includes(1))
  for (const same of Map.groupBy(withValues, formOf).values()) {
    if (same.length < 2) continue
    const group = joinGroups(same.map((pattern) => pattern.group))
    for (const pattern of same) pattern.group = group
  }
}

function formOf({ kinds, hashes }: Pattern): number {
  const form = new Int32Array(hashes.length)
  let size = 0
  for (let place = 0; place < hashes.length; place++) {
    if (kinds[place] === 1) size = withoutListed(form, size)
    form[size++] = hashes[place] ?? 0
    size -= repeated(form, size)
  }
  sharedKeyer.load(form, size)
  return sharedKeyer.key()
}

/** Before a value is added: drops the value before it, with the mark between them. */
function withoutListed(form: Int32Array, size: number): number {
  if (form[size - 1] === 1) return size - 1
  return size > 1 && form[size - 2] === 1 && listMarks.has(form[size - 1] ?? 0) ? size - 2 : size
}

/** The number of tokens at the end that repeat the tokens before them with another value. */
function repeated(form: Int32Array, size: number): number {
  for (let length = 2; length <= maxRepeatLength && length * 2 <= size; length++) {
    let place = 0
    let values = 0
    while (place < length && form[size - 1 - place] === form[size - 1 - place - length])
      values += form[size - 1 - place++] === 1 ? 1 : 0
    if (place === length && values > 0) return length
  }
  return 0
}
