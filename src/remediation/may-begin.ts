import type { AimedCause } from '#src/domain/execution.ts'
import { sameRef } from '#src/domain/resource-ref.ts'
import type { BeginFacts, BeginRefusal, BeginVerdict, ExecutionDraft } from './execution-store.ts'

type Asked = Pick<ExecutionDraft, 'action_id' | 'plan_hash'>

/** May a person begin to carry it out? Pure, and closed on every doubt. */
export function evaluateStart(facts: BeginFacts, asked: Asked): BeginVerdict {
  const refusal = refusalOf(facts, asked)
  return refusal ? { refusal } : { causes: aimedAt(facts) }
}

/** Those of its target; where none is told of it, the change is for another object's sake, and all are held against it. */
function aimedAt({ action, root_causes }: BeginFacts): AimedCause[] {
  const causes = root_causes.map(({ resource, mechanism }) => ({ resource, mechanism }))
  const own = causes.filter(({ resource }) => action !== undefined && sameRef(resource, action.target))
  return own.length > 0 ? own : causes
}

function refusalOf(facts: BeginFacts, { action_id, plan_hash }: Asked): BeginRefusal | undefined {
  const { incident_status, action, approval, under_way } = facts
  if (incident_status === 'closed') return { why: 'incident_closed', detail: 'its incident is closed' }
  if (!action) return { why: 'no_such_action', detail: `the last decision recommends no action ${action_id}` }
  if (action.plan_hash === undefined || action.plan_hash !== plan_hash)
    return { why: 'other_plan', detail: 'the last decision recommends something else under this id; look at it again' }
  if (action.guard.verdict === 'deny')
    return { why: 'denied', detail: `the guard denies it: ${action.guard.reasons.join('; ')}` }
  if (under_way)
    return { why: 'target_busy', detail: `${under_way.started_by} is at the same target (${under_way.id})` }
  if (action.approval_required && approval?.plan_hash !== plan_hash)
    return { why: 'not_approved', detail: 'it needs an approval that nobody has given, or that has expired' }
  return undefined
}
