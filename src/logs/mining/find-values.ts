import { createKeyer, distinctPatterns, generalise, joinGroups, type Pattern } from './pattern.ts'
import { joinPairs, joinPlaces } from './varying-places.ts'
import { createReview, type Review } from './review.ts'

const maxRounds = 4

const maxSteps = 300_000

const maxRepeatLength = 8

const keyer = createKeyer()

/** Hashes of the marks between the values of a list, as a mark or as a word. */
const listMarks = new Set(
  Array.from(',;:|/=-', (mark) => mark.charCodeAt(0)).flatMap((code) => [
    code,
    Math.imul(0x811c9dc5 ^ code, 0x01000193),
  ]),
)

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
  keyer.load(form, size)
  return keyer.key()
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
