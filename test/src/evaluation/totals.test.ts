import { describe, expect, it } from 'vitest'
import { gradeNothing } from '#src/evaluation/grade-answer.ts'
import { percentile, type Result, sumUp } from '#src/evaluation/totals.ts'

const result = (ms: number, grades: Partial<Result['grades']>, healthy = false): Result => ({
  scenario: `s${ms}`,
  asked_by: 'event',
  decision: {},
  grades: { ...gradeNothing('x'), ...grades },
  ms,
  healthy,
})

describe('src/evaluation/totals', () => {
  it.each<[number[], number, number]>([
    [[], 0.5, 0],
    [[7], 0.95, 7],
    [[4, 1, 3, 2], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
  ])('takes of %j the percentile %f: %f', (values, part, value) => {
    expect(percentile(values, part)).toBe(value)
  })

  it('counts shares over all, and executable first only where it can be', () => {
    const totals = sumUp([
      result(1, { outcome: true, executable_first: true }),
      result(2, { outcome: true, executable_first: false }),
      result(3, { outcome: true, harm: true }),
      result(4, { false_alarm: true }, true),
    ])
    expect(totals).toMatchObject({ count: 4, outcome: 0.75, executable_first: 0.5, harm: 1 })
    expect(totals).toMatchObject({ false_alarms: 1, healthy: 1, unanswered: 0 })
  })

  it('sums up nothing without dividing by it', () => {
    expect(sumUp([])).toMatchObject({ count: 0, outcome: 0, ms_p95: 0 })
  })
})
