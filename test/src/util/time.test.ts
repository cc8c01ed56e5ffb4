import { describe, expect, it } from 'vitest'
import { formatDuration } from '#src/util/time.ts'

describe('src/util/time', () => {
  it.each([
    [-5_000, '0s'],
    [1_499, '1s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [7_199_000, '120m'],
    [7_200_000, '2h'],
    [172_800_000, '2d'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})
