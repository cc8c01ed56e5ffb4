import { distinctPatterns } from './distinct-patterns.ts'
import { generalise } from './generalise.ts'
import type { Pattern } from './pattern.ts'
import type { Review } from './review.ts'

/** Two general wordings that differ only where one of them has a value are one: (a, *) and (*, b). */
export function unitePatterns(patterns: readonly Pattern[], review: Review): Pattern[] {
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
