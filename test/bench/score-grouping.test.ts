import { describe, expect, it } from 'vitest'
import { scoreGrouping } from './score-grouping.ts'

describe('test/bench/score-grouping', () => {
  it('counts a group only if it holds exactly the lines of one statement', () => {
    const events = ['a', 'a', 'b', 'b', 'c']
    expect(scoreGrouping(events, [1, 1, 2, 2, 3])).toMatchObject({ grouping_accuracy: 1, group_f1: 1 })
    expect(scoreGrouping(events, [1, 1, 2, 3, 4])).toMatchObject({
      grouping_accuracy: 0.6,
      group_f1: 0.571,
      group_precision: 0.5,
      group_recall: 0.667,
    })
    expect(scoreGrouping(events, [1, 1, 1, 1, 1])).toMatchObject({ grouping_accuracy: 0, group_f1: 0 })
  })

  it('has a figure for no lines', () => {
    expect(scoreGrouping([], [])).toMatchObject({ grouping_accuracy: 0, group_f1: 0, statements: 0 })
  })
})
