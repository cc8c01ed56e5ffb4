import { describe, expect, it } from 'vitest'
import { assessLevel } from '#agents/metric/metric-analyzer-agent.ts'

describe('agents/metric/metric-analyzer-agent', () => {
  it.each<[number[], number | undefined, object | undefined]>([
    [[], 10, undefined],
    [[5, 5, 5], 10, { highest: 5, of_limit: 0.5, trend: 'steady' }],
    [[1, 5, 9], undefined, { highest: 9, trend: 'rising' }],
    [[9, 5, 1], 10, { highest: 9, of_limit: 0.9, trend: 'falling' }],
    [[0, 0, 0], 10, { highest: 0, of_limit: 0, trend: 'steady' }],
  ])('reads %j against %s', (values, limit, level) => {
    expect(assessLevel(values, limit)).toEqual(level)
  })
})
