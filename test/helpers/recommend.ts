import { RecommendedAction } from '#src/domain/action.ts'
import { planHash } from '#src/domain/plan-hash.ts'

/** A change of payments/gateway that a decision of `incident_id` recommends; it needs an approval unless something else is said. */
export function recommend(
  incident_id: string,
  over: { [K in keyof RecommendedAction]?: unknown } = {},
): RecommendedAction {
  const action = RecommendedAction.parse({
    id: 'act_1',
    kind: 'rollback',
    target: { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
    params: { to_revision: 4 },
    params_from: {},
    needs: [],
    reason: 'the revision before ran well',
    risk: 'medium',
    reversible: true,
    what_if: { would_resolve: 'yes', because: 'the image of that revision is there' },
    guard: { verdict: 'needs_approval', reasons: ['policy: a person approves every change'] },
    approval: { required: true, status: 'required' },
    ...over,
  })
  return { ...action, plan_hash: planHash(action, { incident_id, evidence: [] }) }
}
