import { humanKinds, type RecommendedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { PlannedAction } from '#src/domain/action.ts'

/** A change that a person is asked about. */
interface ApprovalAsk {
  id: string
  plan_hash: string
  action: PlannedAction
  /** Epoch milliseconds. */
  expires_ms: number
}

/**
 * The approvals that a decision asks people for: of changes that need one and that the guard does not deny. Where a value has to be
 * given first, the approval is for a person who knows it: the plan with the value in it bears another hash.
 */
export function requiredApprovals(
  decision: Decision,
  { newId, expires_ms }: { newId: (prefix: string) => string; expires_ms: number },
): ApprovalAsk[] {
  return decision.recommended_actions.flatMap((action) => {
    const { approval: _approval, ...planned } = action
    if (planned.plan_hash === undefined || !isAskedFor(action)) return []
    return [{ id: newId('apr'), plan_hash: planned.plan_hash, action: planned, expires_ms }]
  })
}

function isAskedFor({ kind, guard, approval }: RecommendedAction): boolean {
  return approval.required && guard.verdict !== 'deny' && !humanKinds.has(kind)
}
