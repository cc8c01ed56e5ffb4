import { distinctPatterns } from './distinct-patterns.ts'
import { generalise } from './generalise.ts'
import { isConstant } from './is-constant.ts'
import type { Pattern } from './pattern.ts'
import type { Review } from './review.ts'
import { wordingOf } from './wording-of.ts'

const [fewestWords, mostWords] = [5, 14]
const needed = 4

interface Pair {
  places: [number, number]
  members: Pattern[]
}

/** Two places that vary together: names in pairs, hardly ever the same pair twice. */
export function joinPairs(patterns: readonly Pattern[], review: Review): Pattern[] {
  const taken = new Set<Pattern>()
  const made: Pattern[] = []
  for (const { places, members } of findPairs(patterns, review)) {
    const free = members.filter((member) => !taken.has(member))
    if (free.length < needed || !places.every((place) => isNamed(free, place))) continue
    for (const member of free) taken.add(member)
    made.push(
      generalise(
        free,
        places.map((place) => [place, place + 1] as const),
      ),
    )
  }
  return distinctPatterns([...patterns.filter((pattern) => !taken.has(pattern)), ...made])
}

function findPairs(patterns: readonly Pattern[], review: Review): Iterable<Pair> {
  const { filter } = review
  const sized = patterns.filter((pattern) => {
    const said = saidPlaces(pattern).length
    return said >= fewestWords && said <= mostWords
  })
  const looked = review.afford(sized, ({ kinds }) => (kinds.length * kinds.length) / 2)
  filter.clear()
  for (const pattern of looked) eachPair(pattern, review, (key) => filter.add(key))
  const pairs = new Map<number, Pair>()
  for (const pattern of looked)
    eachPair(pattern, review, (key, left, right) => {
      if (!filter.cameOften(key, needed)) return
      const pair = pairs.get(key)
      if (pair) pair.members.push(pattern)
      else pairs.set(key, { places: [left, right], members: [pattern] })
    })
  return pairs.values()
}

function eachPair(
  pattern: Pattern,
  { keyer }: Review,
  found: (key: number, left: number, right: number) => void,
): void {
  const said = saidPlaces(pattern)
  keyer.load(pattern.hashes, pattern.hashes.length)
  for (let order = 0; order < said.length; order++)
    for (let next = order + 1; next < said.length; next++) {
      const left = said[order] ?? 0
      const right = said[next] ?? 0
      found(keyer.with(left, right), left, right)
    }
}

function saidPlaces({ kinds }: Pattern): number[] {
  const places: number[] = []
  for (let place = 0; place < kinds.length; place++) if (kinds[place] === 0) places.push(place)
  return places
}

/** Different words stand there, which are not constants of the code: from one state to another is no pair of names. */
function isNamed(members: readonly Pattern[], place: number): boolean {
  const words = new Set(members.map((member) => wordingOf(member).words[place] ?? ''))
  return words.size >= needed && ![...words].every(isConstant)
}
