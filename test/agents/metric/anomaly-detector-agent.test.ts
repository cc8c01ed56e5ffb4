import { describe, expect, it } from 'vitest'
import { findStep } from '#agents/metric/anomaly-detector-agent.ts'

describe('agents/metric/anomaly-detector-agent', () => {
  it.each<[string, number[], number | undefined]>([
    ['nothing in a steady series', [1, 1, 1, 1, 1, 1, 1, 1, 1], undefined],
    ['nothing in noise', [10, 12, 9, 11, 10, 12, 9, 11, 10, 12], undefined],
    ['nothing in a spike that passes', [1, 1, 1, 1, 1, 1, 9, 1, 1, 1], undefined],
    ['a jump that stays', [1, 1, 1, 1, 1, 1, 1, 9, 9, 9], 7],
    ['a fall that stays', [9, 9, 9, 9, 9, 9, 0, 0, 0], 6],
    ['nothing in too short a series', [1, 9], undefined],
  ])('finds %s', (_what, values, index) => {
    expect(findStep(values)).toBe(index)
  })
})
