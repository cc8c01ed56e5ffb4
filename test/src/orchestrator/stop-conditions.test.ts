import { describe, expect, it } from 'vitest'
import { evaluateStop, type Progress, stopConditions } from '#src/orchestrator/stop-conditions.ts'

const underway: Progress = {
  turns: 3,
  max_turns: 20,
  confidence_threshold: 0.8,
  unexplained: 0,
  teams_asked: ['log'],
  teams_reported: ['log'],
  more_to_observe: false,
  critical_error: false,
  elapsed_ms: 100,
  allowed_ms: 1000,
  tokens: 0,
}

describe('src/orchestrator/stop-conditions', () => {
  it.each<[string | undefined, string, Partial<Progress>]>([
    [undefined, 'there is no diagnosis yet', {}],
    [
      undefined,
      'a symptom is unexplained and there is more to see',
      { confidence: 0.95, unexplained: 1, more_to_observe: true },
    ],
    [undefined, 'it is not confident and there is more to see', { confidence: 0.5, more_to_observe: true }],
    [undefined, 'a team has not reported', { confidence: 0.5, teams_asked: ['log', 'metric'] }],
    [undefined, 'no token budget is set', { tokens: 1e9 }],
    ['high_confidence', 'everything is explained with confidence', { confidence: 0.8, more_to_observe: true }],
    ['all_teams_reported', 'nothing is left to ask', { confidence: 0.5 }],
    ['max_turns', 'the turns are used up', { turns: 20, confidence: 0.9 }],
    ['token_budget', 'the tokens are used up', { tokens: 10, token_budget: 10, turns: 20 }],
    ['timeout', 'the time is up', { elapsed_ms: 1000, tokens: 10, token_budget: 10 }],
    ['critical_error', 'a step failed', { critical_error: true, elapsed_ms: 1000 }],
  ])('says %s when %s', (reason, _when, change) => {
    expect(evaluateStop({ ...underway, ...change })).toBe(reason)
  })

  it('describes each condition for people', () => {
    expect(stopConditions.length).toBeGreaterThan(3)
    expect(stopConditions.filter(({ description }) => description.length <= 20)).toEqual([])
  })
})
