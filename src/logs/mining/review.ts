import { createKeyer, type Keyer, type Pattern } from './pattern.ts'

const slots = 1 << 20

/** Tells numbers that may have come often from those that surely have not: what comes once need not be remembered. */
interface RepeatFilter {
  add(key: number): void
  /** False for one that was added less often; true for others, and for a few of those as well. Counts to 255. */
  cameOften(key: number, times: number): boolean
  clear(): void
}

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

/** One byte a slot, so that a million numbers cost a mebibyte and no garbage. */
function createRepeatFilter(): RepeatFilter {
  const seen = new Uint8ClampedArray(slots)
  return {
    add(key) {
      const slot = key & (slots - 1)
      seen[slot] = (seen[slot] ?? 0) + 1
    },
    cameOften: (key, times) => (seen[key & (slots - 1)] ?? 0) >= times,
    clear: () => void seen.fill(0),
  }
}
