import { humanKinds, type RecommendedAction } from '../domain/action.ts'
import type { Decision } from '../domain/decision.ts'
import type { PlannedAction } from '../domain/approval.ts'

/** A change that a person is asked about. */
interface ApprovalAsk {
  id: string
  plan_hash: string
  action: PlannedAction
  /** Epoch milliseconds. */
  expires_ms: number
}

/**
 * The approvals that a decision asks people for: of changes that need one, that the guard does not deny, and of which everything is
 * known. A change with a value that somebody has to give first is none yet that could be approved.
 */
export function askApprovals(
  decision: Decision,
  { newId, expires_ms }: { newId: (prefix: string) => string; expires_ms: number },
): ApprovalAsk[] {
  return decision.recommended_actions.flatMap((action) => {
    const { approval: _approval, ...planned } = action
    if (planned.plan_hash === undefined || !isAskedFor(action)) return []
    return [{ id: newId('apr'), plan_hash: planned.plan_hash, action: planned, expires_ms }]
  })
}

function isAskedFor({ kind, guard, needs, approval }: RecommendedAction): boolean {
  return approval.required && guard.verdict !== 'deny' && needs.length === 0 && !humanKinds.has(kind)
}
