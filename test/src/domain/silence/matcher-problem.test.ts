import { describe, expect, it } from 'vitest'
import { matcherProblem } from '#src/domain/silence.ts'

describe('src/domain/silence/matcher-problem', () => {
  it.each([
    ['namespace', '=', '(', undefined],
    ['labels.team', '=~', 'a|b', undefined],
    ['message', '=', 'x', 'field'],
    ['labels.', '=', 'x', 'field'],
    ['alert', '=~', '(?!x)', 'value'],
    ['alert', '!~', '(', 'value'],
  ] as const)('judges %s %s %s', (field, operator, value, expected) => {
    expect(matcherProblem({ field, operator, value })?.field).toBe(expected)
  })
})
