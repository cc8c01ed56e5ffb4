import type { LineGroup, Pattern } from './pattern.ts'
import type { ScannedLine } from './scanned-line.ts'
import { rootOf } from './root-of.ts'
import { joinPairs } from './join-pairs.ts'
import { joinPlaces } from './join-places.ts'
import { createReview, type Review } from './review.ts'
import { distinctPatterns } from './distinct-patterns.ts'
import { generalise } from './generalise.ts'
import { joinGroups } from './join-groups.ts'
import { createKeyer } from './keyer.ts'

/** What was given up to stay within bounds. */
export interface Forgotten {
  kinds: number
  lines: number
  /** The first of them. */
  example?: LineGroup
}

/** The wordings that were seen, in bounded number. */
export interface Wordings {
  find(line: ScannedLine, key: number, index: number): Pattern
  /** Reviews what was seen where enough of it is new. */
  settle(force?: boolean): void
  all(): readonly Pattern[]
  forgotten(): Forgotten
}

const mostKnown = 65_536

const firstReview = 512

const mostPatience = 16_384

const mostRounds = 4

const mostSteps = 300_000

const sampleLength = 200

/** More than the scanner looks at. */
const mostCharacters = 1300

const scratch = Buffer.alloc(mostCharacters * 2)

const valueHash = 1

/** The wordings with values in places that vary, by what a line has to have to fit them. */
interface GeneralIndex {
  find(line: ScannedLine): Pattern | undefined
}

const longestRepeat = 8

const keyer = createKeyer()

/** Marks that stand between the values of a list, as the scanner names them, alone or in a word of their own. */
const between = new Set(
  Array.from(',;:|/=-', (mark) => mark.charCodeAt(0)).flatMap((code) => [
    code,
    Math.imul(0x811c9dc5 ^ code, 0x01000193),
  ]),
)

/** Past `most`, the wordings whose group was not seen for longest are forgotten. */
export function createWordings(most: number): Wordings {
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

/**
 * Wordings that are alike but for a place that varies become one general wording, and their groups one group. Works from what was
 * seen upwards: two statements stay apart until enough of what was said shows that they are one.
 */
export function findValues(patterns: readonly Pattern[], steps = mostSteps): Pattern[] {
  const review = createReview(steps)
  let current = [...patterns]
  for (let round = 0; round < mostRounds; round++) {
    const next = unitePatterns(joinPairs(joinPlaces(current, review), review), review)
    if (next.length === current.length) break
    current = next
  }
  joinSame(current)
  return current
}

/** A wording of a group of its own, which has no lines yet. */
export function toPattern(line: ScannedLine, key: number, index: number): Pattern {
  const text = copyOf(line.text)
  const kinds: number[] = []
  const hashes: number[] = []
  for (let place = 0; place < line.size; place++) {
    kinds.push(line.kinds[place] ?? 0)
    hashes.push(line.hashes[place] ?? 0)
  }
  const group = { count: 0, sample: text.slice(0, sampleLength), index, seen: 0 }
  return { key, kinds, hashes, wording: text, general: false, group }
}

/** A part of a string keeps all of it in memory; a copy lets go of what the line was cut from. */
function copyOf(line: string): string {
  const text = line.slice(0, mostCharacters)
  const encoding = /[^\0-\xff]/.test(text) ? 'utf16le' : 'latin1'
  return scratch.toString(encoding, 0, scratch.write(text, 0, encoding))
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

/** Two general wordings that differ only where one of them has a value are one: (a, *) and (*, b). */
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
  let said = 0
  let differing = 0
  for (let place = 0; place < one.kinds.length; place++) {
    const [kind, otherKind] = [one.kinds[place], other.kinds[place]]
    if (one.hashes[place] === other.hashes[place]) said += kind === 0 ? 1 : 0
    else if (kind === 2 || otherKind === 2 || (kind === 0 && otherKind === 0) || ++differing > 2) return false
  }
  return said >= 3
}

/** Values side by side are one, and what is said of each thing in a list is said once: wordings that are the same then are of one kind. */
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
  keyer.load(form, size)
  return keyer.key()
}

/** Before a value: drops the value that stands there, with the mark between them. */
function withoutListed(form: Int32Array, size: number): number {
  if (form[size - 1] === 1) return size - 1
  return size > 1 && form[size - 2] === 1 && between.has(form[size - 1] ?? 0) ? size - 2 : size
}

/** How many tokens at the end say the same of another value as those before them. */
function repeated(form: Int32Array, size: number): number {
  for (let length = 2; length <= longestRepeat && length * 2 <= size; length++) {
    let place = 0
    let values = 0
    while (place < length && form[size - 1 - place] === form[size - 1 - place - length])
      values += form[size - 1 - place++] === 1 ? 1 : 0
    if (place === length && values > 0) return length
  }
  return 0
}
