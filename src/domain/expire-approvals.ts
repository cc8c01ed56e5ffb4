import type { Decision } from './decision.ts'

/**
 * A decision as it stands at `now` (epoch milliseconds): an approval that can still be answered or used has an expiry time, and is
 * `expired` from then on, whether or not that has been stored.
 */
export function expireApprovals(decision: Decision, now: number): Decision {
  const recommended_actions = decision.recommended_actions.map((action) => {
    const { expires_at } = action.approval
    if (expires_at === undefined || Date.parse(expires_at) > now) return action
    return { ...action, approval: { ...action.approval, status: 'expired' as const } }
  })
  return { ...decision, recommended_actions }
}
