import { describe, expect, it } from 'vitest'
import { gradeNothing } from '#src/evaluation/grade-answer.ts'
import { fallenBehind, type Result, type Rewording } from '#src/evaluation/totals.ts'

function results(count: number, right: number, reworded?: Rewording): Result[] {
  return Array.from({ length: count }, (_, index) => ({
    scenario: `${index}`,
    asked_by: 'event',
    decision: {},
    grades: { ...gradeNothing(''), outcome: true, root: true, action: true, facts: index < right },
    ms: 1,
    healthy: false,
    ...(reworded ? { reworded } : {}),
  }))
}

describe('src/evaluation/totals/wordings', () => {
  it('is content where other words cost no more than three points', () => {
    expect(fallenBehind([...results(100, 100), ...results(100, 97, 'klog')])).toEqual([])
    expect(fallenBehind(results(10, 0))).toEqual([])
  })

  it('names the wording and the share that falls further', () => {
    expect(fallenBehind([...results(100, 100), ...results(100, 96, 'json'), ...results(100, 99, 'plain')])).toEqual([
      'logs in json: facts falls by 4.0 points, at most 3 are allowed',
    ])
  })
})
