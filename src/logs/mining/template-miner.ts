import { createKeyer } from './keyer.ts'
import type { LineGroup, Pattern } from './pattern.ts'
import { rootOf } from './root-of.ts'
import { createLineScanner } from './scan-line.ts'
import { wordingOf } from './wording-of.ts'
import { createWordings, type Forgotten } from './wordings.ts'

/** A kind of line with its wording. */
export interface MinedKind extends Omit<LineGroup, 'joined' | 'seen'> {
  template: string
}

/** Reads lines one after the other; `kinds` may be asked for at any time. */
export interface TemplateMiner {
  add(text: string, index: number, time?: number): LineGroup
  /** The most frequent first. */
  kinds(): MinedKind[]
  /** Kinds that were given up to stay within bounds, and how many lines they had. */
  forgotten(): Forgotten
}

/**
 * Template mining of the Drain family, with one setting for all systems. A line whose wording is known costs one look-up; a new
 * one is held against the general wordings of its length; every so often what was seen is reviewed, and places that vary become
 * values. Bounded: past `mostWordings`, those not seen for longest are forgotten.
 */
export function createTemplateMiner(mostWordings = 4000): TemplateMiner {
  const scanner = createLineScanner()
  const keyer = createKeyer()
  const wordings = createWordings(mostWordings)
  let clock = 0
  return {
    add(text, index, time) {
      const line = scanner.scan(text)
      keyer.load(line.hashes, line.size)
      const pattern = wordings.find(line, keyer.key(), index)
      if (pattern.group.joined) pattern.group = rootOf(pattern.group)
      const { group } = pattern
      group.count++
      group.seen = ++clock
      if (time !== undefined) {
        group.first = Math.min(group.first ?? time, time)
        group.last = Math.max(group.last ?? time, time)
      }
      wordings.settle()
      return group
    },
    kinds() {
      wordings.settle(true)
      const byGroup = Map.groupBy(wordings.all(), (pattern) => rootOf(pattern.group))
      return [...byGroup]
        .map(([{ joined: _joined, seen: _seen, ...group }, same]) => ({ ...group, template: textOf(same) }))
        .toSorted((left, right) => right.count - left.count || left.index - right.index)
    },
    forgotten: () => wordings.forgotten(),
  }
}

/** The most general wording speaks for its group. */
function textOf(patterns: readonly Pattern[]): string {
  const pattern = patterns.find((each) => each.general) ?? patterns[0]
  if (!pattern) return ''
  const { words, spaced } = wordingOf(pattern)
  return words.map((word, index) => (spaced[index] ? ` ${word}` : word)).join('')
}
