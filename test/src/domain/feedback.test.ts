import { describe, expect, it } from 'vitest'
import { Feedback, FeedbackDraft } from '#src/domain/feedback.ts'

const cause = {
  mechanism: 'missing_env',
  resource: { kind: 'Deployment', namespace: 'shop', name: 'api' },
  statement: 'the release lost a variable',
}

describe('src/domain/feedback', () => {
  it('takes a verdict alone, and a verdict with the true cause', () => {
    expect(FeedbackDraft.parse({ verdict: 'right' })).toEqual({ verdict: 'right' })
    expect(FeedbackDraft.parse({ verdict: 'wrong', actual_cause: cause }).actual_cause).toEqual(cause)
  })

  it.each([
    ['another verdict', { verdict: 'maybe' }],
    ['a cause that no rule knows', { verdict: 'wrong', actual_cause: { mechanism: 'bad_luck' } }],
    ['a comment without end', { verdict: 'partly', comment: 'x'.repeat(4001) }],
    ['a statement longer than a decision shows', { verdict: 'wrong', actual_cause: { statement: 'x'.repeat(301) } }],
  ])('refuses %s', (_, draft) => {
    expect(FeedbackDraft.safeParse(draft).success).toBe(false)
  })

  it('is kept with its incident, its time and its author', () => {
    const kept = { verdict: 'right', id: 'fb_1', incident_id: 'inc_1', at: '2026-03-04T12:00:00Z', by: 'anna' }
    expect(Feedback.parse(kept)).toEqual(kept)
    expect(Feedback.safeParse({ ...kept, by: undefined }).success).toBe(false)
  })
})
