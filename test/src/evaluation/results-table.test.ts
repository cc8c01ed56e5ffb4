import { describe, expect, it } from 'vitest'
import { gradeNothing } from '#src/evaluation/grade-answer.ts'
import { renderResults, totalsByWay } from '#src/evaluation/results-table.ts'
import type { Result } from '#src/evaluation/totals.ts'

const good = { outcome: true, root: true, facts: true, action: true, harm: false, false_alarm: false, reasons: [] }
const result = (over: Partial<Result> = {}): Result => ({
  scenario: 'missing-env',
  asked_by: 'event',
  decision: {},
  grades: good,
  ms: 12.4,
  healthy: false,
  ...over,
})
const bad = result({ scenario: 'oom', grades: { ...gradeNothing('no answer came'), harm: true }, ms: 40 })

describe('src/evaluation/results-table', () => {
  it('has a row for each question, what was wrong, and the totals', () => {
    const [rows = '', reasons, totals = ''] = renderResults([result(), bad]).split('\n\n')
    const cells = rows.split('\n').map((row) => row.split(/ {2,}/))
    expect(cells[1]).toEqual(['missing-env', 'event', 'ok', 'ok', 'ok', 'ok', '-', '-', '12'])
    expect(cells[2]).toEqual(expect.arrayContaining(['oom', 'NO', 'HARM', '40']))
    expect(reasons).toBe('What was wrong:\n  oom (event) no decision: no answer came')
    expect(totals.split('\n')[1]?.split(/ {2,}/).slice(0, 3)).toEqual(['event', '2', '50.0 %'])
  })

  it('says nothing of reasons where all is right', () => {
    expect(renderResults([result()])).not.toContain('What was wrong')
  })

  it('sums up each way and wording by itself, and then all', () => {
    const results = [result(), result({ asked_by: 'symptom' }), result({ reworded: 'json' })]
    expect(Object.keys(totalsByWay(results))).toEqual(expect.arrayContaining(['event', 'symptom', 'event, json']))
    const last = renderResults(results).trimEnd().split('\n').at(-1)
    expect(last?.split(/ {2,}/).slice(0, 2)).toEqual(['all', '3'])
  })
})
