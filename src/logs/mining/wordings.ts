import { findValues } from './find-values.ts'
import { createGeneralIndex } from './general-index.ts'
import { keepNewest } from './keep-newest.ts'
import type { LineGroup, Pattern } from './pattern.ts'
import type { ScannedLine } from './scanned-line.ts'
import { toPattern } from './to-pattern.ts'

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
