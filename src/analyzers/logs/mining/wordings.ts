import { findValues } from './find-values.ts'
import type { Pattern } from './pattern.ts'
import { rootOf } from './root-of.ts'
import type { ScannedLine } from './scanned-line.ts'
import { toPattern } from './to-pattern.ts'

/** The wordings that were seen, in bounded number. */
export interface Wordings {
  find(line: ScannedLine, key: number, index: number): Pattern
  /** Reviews what was seen where enough of it is new. */
  settle(force?: boolean): void
  all(): readonly Pattern[]
  forgotten(): number
}

const mostKnown = 65_536
const firstReview = 512
const mostPatience = 16_384

/** Past `most`, the wordings whose group was not seen for longest are forgotten. */
export function createWordings(most: number): Wordings {
  /** Also the particular wordings that went into general ones: a line seen before costs one look-up. */
  const known = new Map<number, Pattern>()
  let patterns: Pattern[] = []
  let generals = new Map<number, Pattern[]>()
  let [fresh, patience, lost] = [0, firstReview, 0]

  function learn(line: ScannedLine, key: number, index: number): Pattern {
    const general = generals.get(line.size)?.find((candidate) => fits(candidate, line))
    const pattern = general ?? toPattern(line, key, index)
    if (known.size >= mostKnown) keepOnly()
    known.set(key, pattern)
    if (general) return general
    patterns.push(pattern)
    fresh++
    return pattern
  }

  function keepOnly(): void {
    known.clear()
    for (const pattern of patterns) known.set(pattern.key, pattern)
  }

  function forget(): void {
    for (const pattern of patterns) pattern.group = rootOf(pattern.group)
    const before = new Set(patterns.map((pattern) => pattern.group))
    patterns = patterns.toSorted((left, right) => right.group.seen - left.group.seen).slice(0, most * 0.75)
    const kept = new Set(patterns.map((pattern) => pattern.group))
    for (const group of before) if (!kept.has(group)) lost += group.count
    keepOnly()
  }

  return {
    find: (line, key, index) => known.get(key) ?? learn(line, key, index),
    settle(force = false) {
      if (!force && fresh < patience && patterns.length <= most * 1.25) return
      const before = patterns.length
      patterns = findValues(patterns)
      // Reviews that find little become rare.
      patience = patterns.length < before * 0.9 ? firstReview : Math.min(patience * 2, mostPatience)
      if (patterns.length > most) forget()
      fresh = 0
      generals = Map.groupBy(
        patterns.filter((pattern) => pattern.general),
        (pattern) => pattern.words.length,
      )
    },
    all: () => patterns,
    forgotten: () => lost,
  }
}

function fits({ kinds, hashes }: Pattern, line: ScannedLine): boolean {
  for (let index = 0; index < line.size; index++) {
    if (hashes[index] === line.hashes[index]) continue
    if (kinds[index] !== 1 || line.kinds[index] === 2) return false
  }
  return true
}
