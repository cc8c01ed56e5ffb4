import { describe, expect, it } from 'vitest'
import { spanWords } from '#src/reporting/span-words.ts'

describe('src/reporting/span-words', () => {
  it.each<[number, string]>([
    [-5, '0s'],
    [0, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_599_000, '59m'],
    [3_600_000, '1h'],
    [11_100_000, '3h 5m'],
    [86_400_000, '1d'],
    [187_200_000, '2d 4h'],
    [86_460_000, '1d'],
    [Number.NaN, '?'],
  ])('calls %d ms %s', (ms, words) => {
    expect(spanWords(ms)).toBe(words)
  })
})
