import { describe, expect, it } from 'vitest'
import { backOff } from '#src/incidents/run-claim.ts'

describe('src/incidents/run-end: back-off', () => {
  it.each([
    [1, 5_000],
    [2, 20_000],
    [3, 80_000],
    [9, 300_000],
  ])('waits after %i broken attempts at least %i ms and at most a quarter more', (failures, ms) => {
    expect(backOff(failures, () => 0)).toBe(ms)
    expect(backOff(failures, () => 1)).toBe(ms * 1.25)
  })
})
