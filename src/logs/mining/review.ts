import { createKeyer, type Keyer } from './keyer.ts'
import type { Pattern } from './pattern.ts'
import { createRepeatFilter, type RepeatFilter } from './repeat-filter.ts'

/** What the steps of one review share: their tools, and how much work is left. */
export interface Review {
  keyer: Keyer
  filter: RepeatFilter
  /** Comparisons that may still be made: a review takes bounded time, whatever was said. */
  steps: number
  /** Those of the patterns that may still be looked at, at so many steps each; where not all of them, the shorter ones. */
  afford(patterns: readonly Pattern[], cost: (pattern: Pattern) => number): readonly Pattern[]
}

// Reviews run to their end before another begins, so they share their tools.
const shared = { keyer: createKeyer(), filter: createRepeatFilter() }

export function createReview(steps: number): Review {
  return {
    ...shared,
    steps,
    afford(patterns, cost) {
      const total = patterns.reduce((sum, pattern) => sum + cost(pattern), 0)
      if (total <= this.steps) {
        this.steps -= total
        return patterns
      }
      return patterns
        .toSorted((left, right) => left.kinds.length - right.kinds.length)
        .filter((pattern) => (this.steps -= cost(pattern)) >= 0)
    },
  }
}
