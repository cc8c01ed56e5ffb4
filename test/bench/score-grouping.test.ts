import { describe, expect, it } from 'vitest'
import { parseCsv } from './parse-csv.ts'
import { scoreGrouping } from './score-grouping.ts'

describe('test/bench/score-grouping', () => {
  it('counts a group only if it holds exactly the lines of one statement', () => {
    const events = ['a', 'a', 'b', 'b', 'c']
    expect(scoreGrouping(events, [1, 1, 2, 2, 3])).toMatchObject({ grouping_accuracy: 1, group_f1: 1 })
    expect(scoreGrouping(events, [1, 1, 2, 3, 4])).toMatchObject({ grouping_accuracy: 0.6, group_f1: 0.571 })
    expect(scoreGrouping(events, [1, 1, 1, 1, 1])).toMatchObject({ grouping_accuracy: 0, group_f1: 0 })
  })
})

describe('test/bench/parse-csv', () => {
  it('reads quoted fields with commas, quotes and line breaks', () => {
    expect(parseCsv('LineId,Content,EventId\r\n1,"a, ""b""\nc",E1\r\n2,plain,E2\n3,,E3')).toEqual([
      ['LineId', 'Content', 'EventId'],
      ['1', 'a, "b"\nc', 'E1'],
      ['2', 'plain', 'E2'],
      ['3', '', 'E3'],
    ])
  })
})
