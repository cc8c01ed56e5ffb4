import { distinctPatterns } from './distinct-patterns.ts'
import { generalise } from './generalise.ts'
import type { Pattern } from './pattern.ts'
import type { Review } from './review.ts'
import { wordingsNeeded } from './wordings-needed.ts'

const phrasesNeeded = 4
const equals = 61
const closers = new Map(['""', '[]', '{}', '()', "''"].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]))

/** A stretch of a wording that may be a value: one word, or what is in a pair of quotes or brackets. */
interface Place {
  from: number
  to: number
  members: Pattern[]
}

/** Wordings that are alike but for one place become one, where that place is found to vary. */
export function joinPlaces(patterns: readonly Pattern[], review: Review): Pattern[] {
  const taken = new Set<Pattern>()
  const made: Pattern[] = []
  const candidates = findPlaces(patterns, review).filter((place) => place.members.length > 1)
  for (const { from, to, members } of candidates.toSorted(
    (left, right) => right.members.length - left.members.length,
  )) {
    const free = members.filter((member) => !taken.has(member))
    if (free.length < 2 || !varies(free, from, to)) continue
    for (const member of free) taken.add(member)
    made.push(generalise(free, [[from, to]]))
  }
  return distinctPatterns([...patterns.filter((pattern) => !taken.has(pattern)), ...made])
}

/** In two passes, for most places are found in one wording only and are not worth an entry. */
function findPlaces(patterns: readonly Pattern[], review: Review): Place[] {
  const { filter } = review
  const looked = review.afford(patterns, (pattern) => pattern.kinds.length)
  filter.clear()
  for (const pattern of looked) {
    filter.add(pattern.key)
    eachPlace(pattern, review, (key) => filter.add(key))
  }
  const places = new Map<number, Place>()
  for (const pattern of looked)
    eachPlace(pattern, review, (key, from, to) => {
      if (!filter.cameOften(key, 2)) return
      const place = places.get(key)
      if (place) place.members.push(pattern)
      else places.set(key, { from, to, members: [pattern] })
    })
  // The wording that has a value there belongs to the place as well.
  for (const pattern of looked) {
    const place = places.get(pattern.key)
    if (place && pattern.kinds[place.from] === 1) place.members.push(pattern)
  }
  return [...places.values()]
}

/** Its single words, and what is within quotes and brackets where that is more than one token and holds no keys. */
function eachPlace(
  { kinds, hashes }: Pattern,
  { keyer }: Review,
  found: (key: number, from: number, to: number) => void,
): void {
  keyer.load(hashes, hashes.length)
  for (let index = 0; index < kinds.length; index++) {
    if (kinds[index] === 0) found(keyer.with(index), index, index + 1)
    const close = kinds[index] === 2 ? closers.get(hashes[index] ?? 0) : undefined
    if (close === undefined) continue
    const end = hashes.indexOf(close, index + 1)
    if (end > index + 2 && !holdsKeys(kinds, hashes, index + 1, end))
      found(keyer.withStretch(index + 1, end), index + 1, end)
  }
}

function holdsKeys(kinds: readonly number[], hashes: readonly number[], from: number, to: number): boolean {
  for (let index = from + 1; index < to; index++)
    if (kinds[index] === 2 && hashes[index] === equals && kinds[index - 1] === 0) return true
  return false
}

function varies(members: readonly Pattern[], from: number, to: number): boolean {
  const [{ kinds }] = members as [Pattern]
  let said = 0
  for (const [index, kind] of kinds.entries()) if (kind === 0 && (index < from || index >= to)) said++
  if (to - from > 1) return said >= 3 && members.length >= phrasesNeeded
  // What is a value by its shape in one line is one in the others.
  if (said >= 2 && members.some((member) => member.kinds[from] === 1)) return true
  return members.length >= wordingsNeeded(members, from)
}
