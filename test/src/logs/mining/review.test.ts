import { describe, expect, it } from 'vitest'
import { createRepeatFilter } from '#src/logs/mining/review.ts'

describe('src/logs/mining/review', () => {
  it('never denies what came often enough, and seldom affirms what did not', () => {
    const filter = createRepeatFilter()
    const keys = Array.from({ length: 50_000 }, (_, index) => index * 2_654_435_761 + 2 ** 33)
    for (const key of keys) filter.add(key)
    for (const key of keys.slice(0, 500)) filter.add(key)
    expect(keys.slice(0, 500).every((key) => filter.cameOften(key, 2))).toBe(true)
    expect(keys.slice(500).filter((key) => filter.cameOften(key, 2)).length).toBeLessThan(5000)
    filter.clear()
    expect(keys.some((key) => filter.cameOften(key, 1))).toBe(false)
  })

  it('counts no further than it can', () => {
    const filter = createRepeatFilter()
    for (let times = 0; times < 1000; times++) filter.add(5)
    expect(filter.cameOften(5, 255)).toBe(true)
  })
})
