import { describe, expect, it } from 'vitest'
import { formatDuration } from '#src/util/time.ts'

describe('src/util/time', () => {
  it.each([
    [-5, '0s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [7_200_000, '2h'],
    [172_800_000, '2d'],
  ])('says %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})
