import { describe, expect, it } from 'vitest'
import type { Pattern } from '#src/logs/mining/pattern.ts'
import { createReview } from '#src/logs/mining/review.ts'
import { createRandom } from '#test/bench/log-corpus.ts'

describe('src/logs/mining/review', () => {
  it('never denies what came often enough, and seldom affirms what did not', () => {
    const { filter } = createReview(0)
    filter.clear()
    const keys = Array.from({ length: 50_000 }, (_, index) => index * 2_654_435_761 + 2 ** 33)
    for (const key of keys) filter.add(key)
    for (const key of keys.slice(0, 500)) filter.add(key)
    expect(keys.slice(0, 500).every((key) => filter.wasAddedOften(key, 2))).toBe(true)
    expect(keys.slice(500).filter((key) => filter.wasAddedOften(key, 2)).length).toBeLessThan(5000)
    filter.clear()
    expect(keys.some((key) => filter.wasAddedOften(key, 1))).toBe(false)
  })

  it('counts no further than it can', () => {
    const { filter } = createReview(0)
    filter.clear()
    for (let times = 0; times < 1000; times++) filter.add(5)
    expect(filter.wasAddedOften(5, 255)).toBe(true)
  })

  it('affords the shorter ones where it cannot afford all', () => {
    const random = createRandom(2)
    const patterns = Array.from({ length: 300 }, (_, index): Pattern => {
      const hashes = Array.from({ length: 2 + (index % 60) }, () => Math.floor(random() * 2 ** 31))
      const group = { count: 1, sample: '', index, seen: 0 }
      return { key: index, kinds: hashes.map(() => 0), hashes, wording: '', general: false, group }
    })
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
