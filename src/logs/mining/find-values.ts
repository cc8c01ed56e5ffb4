import { joinPairs } from './join-pairs.ts'
import { joinPlaces } from './join-places.ts'
import { joinSame } from './join-same.ts'
import type { Pattern } from './pattern.ts'
import { createReview } from './review.ts'
import { unitePatterns } from './unite-patterns.ts'

const mostRounds = 4
const mostSteps = 300_000

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
