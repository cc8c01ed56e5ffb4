import { createKeyer, type Keyer, type Pattern } from './pattern.ts'

const slots = 1 << 20

/** Finds the keys that may have been added often, so that keys that were added once need no memory. */
interface RepeatFilter {
  add(key: number): void
  /** False for most keys that were added less often, true for all others. Counts up to 255. */
  wasAddedOften(key: number, times: number): boolean
  clear(): void
}

/** The tools and the remaining steps of one search for values. */
export interface Review {
  keyer: Keyer
  filter: RepeatFilter
  /** The remaining comparisons, so that a review takes bounded time for any log. */
  steps: number
  /** The patterns for which the remaining steps suffice, the shorter ones first; takes their cost off the steps. */
  afford(patterns: readonly Pattern[], cost: (pattern: Pattern) => number): readonly Pattern[]
}

// A review ends before the next one begins, so they share their tools.
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

/** One byte per slot: a million keys take one mebibyte, without allocations. */
function createRepeatFilter(): RepeatFilter {
  const seen = new Uint8ClampedArray(slots)
  return {
    add(key) {
      const slot = key & (slots - 1)
      seen[slot] = (seen[slot] ?? 0) + 1
    },
    wasAddedOften: (key, times) => (seen[key & (slots - 1)] ?? 0) >= times,
    clear: () => void seen.fill(0),
  }
}
