import { describe, expect, it } from 'vitest'
import { findValues, toPattern } from '#src/logs/mining/wordings.ts'
import { createKeyer } from '#src/logs/mining/keyer.ts'
import { createReview } from '#src/logs/mining/review.ts'
import { createLineScanner } from '#src/logs/mining/scan-line.ts'
import { wordingOf } from '#src/logs/mining/wording-of.ts'
import { createRandom } from '#test/bench/log-corpus.ts'

const [scanner, keyer] = [createLineScanner(), createKeyer()]

function patternsOf(lines: readonly string[]) {
  return lines.map((text, index) => {
    const line = scanner.scan(text)
    keyer.load(line.hashes, line.size)
    const pattern = toPattern(line, keyer.key(), index)
    pattern.group.count = 1
    return pattern
  })
}

const towns = 'Bern Rome Oslo Riga Prague Vienna Lisbon Dublin Athens Sofia Minsk Lima'.split(' ')
const lines = towns.map((town) => `the route through ${town} was closed again`)

describe('src/logs/mining/wordings', () => {
  it('makes one wording of those that differ where a place varies, with all of their lines', () => {
    const found = findValues(patternsOf(lines))
    expect(found.map((pattern) => wordingOf(pattern).words.join(' '))).toEqual([
      'the route through <*> was closed again',
    ])
    expect(found[0]?.group.count).toBe(lines.length)
  })

  it('takes no more steps than it may, and loses no line for it', () => {
    for (const steps of [0, 50, 100]) {
      const found = findValues(patternsOf(lines), steps)
      expect(new Set(found.map((pattern) => pattern.group)).size).toBeGreaterThan(0)
      expect(found.reduce((sum, pattern) => sum + pattern.group.count, 0)).toBe(lines.length)
    }
  })

  it('affords the shorter ones where it cannot afford all', () => {
    const random = createRandom(2)
    const patterns = patternsOf(
      Array.from({ length: 300 }, (_, index) =>
        Array.from({ length: 2 + (index % 60) }, () => random().toString(36).replaceAll(/[\d.]/g, 'q')).join(' '),
      ),
    )
    const cost = ({ kinds }: { kinds: readonly number[] }) => kinds.length
    const total = patterns.reduce((sum, pattern) => sum + cost(pattern), 0)
    const review = createReview(total / 3)
    const afforded = review.afford(patterns, cost)
    expect(afforded.reduce((sum, pattern) => sum + cost(pattern), 0)).toBeLessThanOrEqual(total / 3)
    expect(Math.max(...afforded.map(cost))).toBeLessThan(60)
    expect(afforded.length).toBeGreaterThan(patterns.length / 3)
    expect(createReview(total).afford(patterns, cost)).toBe(patterns)
  })
})
