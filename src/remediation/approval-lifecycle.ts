import { humanKinds, type RecommendedAction } from '#src/domain/action.ts'
import type { Approval } from '#src/domain/approval.ts'
import type { PlannedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { RequestedApproval, TimelineNote } from '#src/incidents/port.ts'
import type { ApprovalDecision, DecisionResult } from './port.ts'

/* The life of an approval: requested, kept, answered, expired, withdrawn. Pure, with the lines for the incident's history. */

/** An approval after a change, and what the incident's history gets. */
export interface ApprovalTransition {
  approval: Approval
  notes: TimelineNote[]
}

/** `recommended`: the last decision is the one that requested it. */
export interface AnswerContext {
  incident_closed: boolean
  recommended: boolean
}

/**
 * The approvals that a decision requests of people: for changes that need one and that the guard does not deny. Where a value has to be
 * given first, the approval is for a person who knows it: the plan with the value in it has another hash.
 */
export function requiredApprovals(
  decision: Decision,
  { newId, expires_ms }: { newId: (prefix: string) => string; expires_ms: number },
): RequestedApproval[] {
  return decision.recommended_actions.flatMap((action) => {
    const { approval: _approval, ...planned } = action
    if (planned.plan_hash === undefined || !needsApproval(action)) return []
    return [{ id: newId('apr'), plan_hash: planned.plan_hash, action: planned, expires_ms }]
  })
}

function needsApproval({ kind, guard, approval }: RecommendedAction): boolean {
  return approval.required && guard.verdict !== 'deny' && !humanKinds.has(kind)
}

/** A person's answer. A repeated answer changes nothing; where it is refused, `refused` says why. */
export function answerApproval(
  approval: Approval,
  decision: ApprovalDecision,
  context: AnswerContext,
): ApprovalTransition & Pick<DecisionResult, 'refused'> {
  if (isRepeat(approval, decision)) return { approval, notes: [] }
  const refused = refusalOf(approval, decision, context)
  if (refused) return { approval, notes: [], refused }
  const { status, by, comment, at } = decision
  const answered: Approval = {
    ...approval,
    status,
    status_reason: undefined,
    decided_by: by,
    decided_at: isoTime(at),
    comment,
    expires_at: status === 'approved' ? isoTime(decision.expires_ms) : approval.expires_at,
  }
  const text = `${by} ${status} ${changeName(approval)}${comment === undefined ? '' : `: ${comment}`}`
  const note = { at: isoTime(at), kind: status, text, run_id: approval.run_id, actor: by }
  return { approval: answered, notes: [note] }
}

/** An answer that was lost on its way is asked for again. */
function isRepeat({ status, decided_by, plan_hash }: Approval, decision: ApprovalDecision): boolean {
  return status === decision.status && decided_by === decision.by && plan_hash === decision.plan_hash
}

function refusalOf(
  approval: Approval,
  decision: ApprovalDecision,
  { incident_closed, recommended }: AnswerContext,
): DecisionResult['refused'] {
  if (approval.plan_hash !== decision.plan_hash) return 'other_plan'
  if (approval.execution_id !== undefined) return 'used'
  const from = decision.status === 'approved' ? ['pending', 'rejected'] : ['pending', 'approved']
  if (!from.includes(approval.status) || incident_closed) return 'status'
  return decision.status === 'approved' && !recommended ? 'not_recommended' : undefined
}

const notUsed = 'approved, and not used in time'

/** It could have been answered or used until now. */
export function expireApproval(approval: Approval, now: number): ApprovalTransition {
  const status_reason = approval.status === 'approved' ? notUsed : 'nobody answered in time'
  const text = `${changeName(approval)}: ${status_reason}`
  return {
    approval: { ...approval, status: 'expired', status_reason },
    notes: [{ at: isoTime(now), kind: 'approval_expired', text, run_id: approval.run_id }],
  }
}

/** What can still be answered, used, or was rejected. */
export type LiveApproval = Pick<Approval, 'id' | 'plan_hash' | 'status'> & { expires_ms: number }

/** An approval that ends with the run, and why. */
interface EndedApproval {
  id: string
  status: 'withdrawn' | 'expired'
  status_reason: string
}

/** How the approvals of an incident change with the end of a run. */
export interface Reconciliation {
  ended: EndedApproval[]
  /** Requested as before. `renewed`: nobody has answered yet, so that its time starts again. */
  kept: { id: string; request: RequestedApproval; renewed: boolean }[]
  opened: RequestedApproval[]
  notes: TimelineNote[]
}

/** Which run ended, and when. */
export interface EndedRun {
  run_id: string
  at: number
}

/**
 * Brings the approvals of an incident in line with its last decision. What it recommends as before keeps its approval, or its
 * rejection; what it does not recommend any more can neither be approved nor used; with a closed incident nothing can.
 */
export function reconcileApprovals(
  live: readonly LiveApproval[],
  requested: readonly RequestedApproval[] | 'closed',
  { run_id, at }: EndedRun,
): Reconciliation {
  const reason = requested === 'closed' ? 'its incident is closed' : 'the last run does not recommend it any more'
  const requests = new Map((requested === 'closed' ? [] : requested).map((request) => [request.plan_hash, request]))
  const byPlan = new Map(live.map((approval) => [approval.plan_hash, approval]))
  const shared = { at: isoTime(at), run_id }
  const result: Reconciliation = { ended: [], kept: [], opened: [], notes: [] }
  const end = ({ id }: LiveApproval, status: EndedApproval['status'], status_reason: string) => {
    result.ended.push({ id, status, status_reason })
    result.notes.push({ ...shared, kind: `approval_${status}`, text: `approval ${id}: ${status_reason}` })
  }
  for (const approval of live)
    if (approval.status !== 'rejected' && !requests.has(approval.plan_hash)) end(approval, 'withdrawn', reason)
  for (const request of requests.values()) {
    const approval = byPlan.get(request.plan_hash)
    const late = approval?.status === 'approved' && approval.expires_ms <= at
    if (approval && late) end(approval, 'expired', notUsed)
    if (approval && !late) {
      result.kept.push({ id: approval.id, request, renewed: approval.status === 'pending' })
      continue
    }
    result.opened.push(request)
    const text = `${changeName(request)} needs a person's approval`
    result.notes.push({ ...shared, kind: 'approval_requested', text })
  }
  return result
}

/** A change in a few words. */
export function changeName({ action, id }: { action: Pick<PlannedAction, 'kind' | 'target'>; id: string }): string {
  return `${action.kind} of ${action.target.kind} ${action.target.name} (${id})`
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
