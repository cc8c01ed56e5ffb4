import { describe, expect, it } from 'vitest'
import type { ApprovalState } from '#src/domain/action.ts'
import { expireApprovals } from '#src/domain/expire-approvals.ts'
import { buildDecision } from '#test/helpers/build-decision.ts'
import { recommend } from '#test/helpers/recommend.ts'

const now = Date.parse('2026-11-27T12:00:00Z')
const statusOf = (approval: Partial<ApprovalState>) => {
  const action = recommend('inc_1', { approval: { required: true, status: 'pending', ...approval } })
  return expireApprovals(buildDecision({ recommended_actions: [action] }), now).recommended_actions[0]?.approval.status
}

describe('src/domain/expire-approvals', () => {
  it.each<[Partial<ApprovalState>, string]>([
    [{ status: 'pending', expires_at: '2026-11-27T12:00:01Z' }, 'pending'],
    [{ status: 'pending', expires_at: '2026-11-27T12:00:00Z' }, 'expired'],
    [{ status: 'approved', expires_at: '2026-11-27T11:00:00Z' }, 'expired'],
    [{ status: 'approved', expires_at: '2026-11-27T13:00:00Z' }, 'approved'],
    [{ status: 'approved' }, 'approved'],
    [{ status: 'rejected' }, 'rejected'],
    [{ required: false, status: 'not_required' }, 'not_required'],
  ])('of %j says %s', (approval, status) => {
    expect(statusOf(approval)).toBe(status)
  })
})
