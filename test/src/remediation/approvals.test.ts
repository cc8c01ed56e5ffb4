import { describe, expect, it } from 'vitest'
import type { Approval } from '#src/domain/approval.ts'
import { createApprovals } from '#src/remediation/approvals.ts'
import type { ApprovalDecision, DecisionResult } from '#src/remediation/port.ts'
import { recommend } from '#test/helpers/recommend.ts'

const { approval: _approval, ...action } = recommend('inc_1')
const plan_hash = String(action.plan_hash)
const approval: Approval = {
  id: 'apr_1',
  incident_id: 'inc_1',
  service: 'payments/gateway',
  run_id: 'run_1',
  plan_hash,
  action,
  status: 'pending',
  asked_at: '2026-11-27T12:00:00Z',
  expires_at: '2026-11-27T13:00:00Z',
}

/** A desk over a store that answers so. */
function deskOver(decided: DecisionResult | undefined) {
  const words: ApprovalDecision[] = []
  const desk = createApprovals({
    store: {
      get: () => Promise.resolve(approval),
      list: () => Promise.resolve({ items: [approval] }),
      decide: (_id, word) => {
        words.push(word)
        return Promise.resolve(decided)
      },
    },
    now: () => 1_000,
    valid_ms: 900_000,
  })
  return { desk, words }
}

describe('src/remediation/approvals', () => {
  it('passes on who said what of which plan, and until when it holds', async () => {
    const { desk, words } = deskOver({ approval })
    expect(await desk.approve('apr_1', { plan_hash, by: 'anna', comment: 'seen' })).toBe(approval)
    expect(words).toEqual([
      { plan_hash, by: 'anna', comment: 'seen', status: 'approved', at: 1_000, expires_ms: 901_000 },
    ])
  })

  it.each<[DecisionResult | undefined, string, RegExp]>([
    [undefined, 'SRE_APPROVALS_UNKNOWN', /no approval/],
    [{ approval, refused: 'other_plan' }, 'SRE_APPROVALS_PLAN', new RegExp(plan_hash)],
    [{ approval: { ...approval, execution_id: 'exe_1' }, refused: 'used' }, 'SRE_APPROVALS_STATE', /used for exe_1/],
    [{ approval, refused: 'not_recommended' }, 'SRE_APPROVALS_STATE', /last run does not recommend/],
    [
      { approval: { ...approval, status: 'approved', decided_by: 'eve' }, refused: 'status' },
      'SRE_APPROVALS_STATE',
      /it is approved by eve$/,
    ],
    [
      {
        approval: { ...approval, status: 'withdrawn', status_reason: 'its incident is closed', decided_by: 'eve' },
        refused: 'status',
      },
      'SRE_APPROVALS_STATE',
      /it is withdrawn, its incident is closed$/,
    ],
  ])('says why it did not: %#', async (decided, code, message) => {
    const { desk } = deskOver(decided)
    const answer = desk.reject('apr_1', { plan_hash, by: 'anna', comment: 'no' })
    await expect(answer).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })
})
