import { createKeyer, distinctPatterns, generalise, joinGroups, type Pattern } from './pattern.ts'
import { joinPairs, joinPlaces } from './varying-places.ts'
import { createReview, type Review } from './review.ts'

const mostRounds = 4

const mostSteps = 300_000

const longestRepeat = 8

const keyer = createKeyer()

/** Marks that stand between the values of a list, as the scanner names them, alone or in a word of their own. */
const between = new Set(
  Array.from(',;:|/=-', (mark) => mark.charCodeAt(0)).flatMap((code) => [
    code,
    Math.imul(0x811c9dc5 ^ code, 0x01000193),
  ]),
)

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
