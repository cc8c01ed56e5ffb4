import type { PlannedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { AimedCause, Execution, ObservedAfter } from '#src/domain/execution.ts'
import type { IncidentStatus } from '#src/domain/incident-record.ts'
import { refKey, sameRef } from '#src/domain/resource-ref.ts'
import type { TimelineNote } from '#src/incidents/port.ts'
import { changeName } from './approval-lifecycle.ts'
import type { ExecutionDraft, ExecutionEnd, StartFacts, StartRefusal, StartVerdict } from './port.ts'

/* The life of an execution: started, ended, timed out, observed by a later run. Pure, with the lines for the incident's history. */

/** An execution after a change, and what the incident's history gets. */
export interface ExecutionTransition {
  execution: Execution
  notes: TimelineNote[]
}

type Request = Pick<ExecutionDraft, 'action_id' | 'plan_hash'>

/** May a person start to carry it out? Every doubt refuses. */
export function evaluateStart(facts: StartFacts, request: Request): StartVerdict {
  const refusal = refusalOf(facts, request)
  return refusal ? { refusal } : { causes: aimedAt(facts) }
}

/** The causes at its target; where there are none, the change serves another object, and all causes count. */
function aimedAt({ action, root_causes }: StartFacts): AimedCause[] {
  const causes = root_causes.map(({ resource, mechanism }) => ({ resource, mechanism }))
  const own = causes.filter(({ resource }) => action !== undefined && sameRef(resource, action.target))
  return own.length > 0 ? own : causes
}

function refusalOf(facts: StartFacts, { action_id, plan_hash }: Request): StartRefusal | undefined {
  const { incident_status, action, approval, running } = facts
  if (incident_status === 'closed') return { why: 'incident_closed', detail: 'its incident is closed' }
  if (!action) return { why: 'no_such_action', detail: `the last decision recommends no action ${action_id}` }
  if (action.plan_hash === undefined || action.plan_hash !== plan_hash)
    return { why: 'other_plan', detail: 'the last decision recommends something else under this id; read it again' }
  if (action.guard.verdict === 'deny')
    return { why: 'denied', detail: `the guard denies it: ${action.guard.reasons.join('; ')}` }
  if (running)
    return { why: 'target_busy', detail: `${running.started_by} is changing the same target (${running.id})` }
  if (action.approval_required && approval?.plan_hash !== plan_hash)
    return { why: 'not_approved', detail: 'it needs an approval, which is missing or has expired' }
  return undefined
}

/** What a start is made of. `run_id`: of the run that recommended the action. */
export interface Start {
  run_id: string
  action: PlannedAction
  approval_id?: string
  causes: AimedCause[]
}

export function startExecution(
  draft: ExecutionDraft,
  { run_id, action, approval_id, causes }: Start,
): ExecutionTransition {
  const { id, incident_id, plan_hash, by, at, expires_ms } = draft
  const execution: Execution = {
    id,
    incident_id,
    run_id,
    plan_hash,
    approval_id,
    action,
    causes,
    status: 'running',
    started_at: isoTime(at),
    started_by: by,
    expires_at: isoTime(expires_ms),
  }
  const text = `${by} started ${changeName(execution)} by hand`
  return { execution, notes: [{ at: isoTime(at), kind: 'execution_started', text, run_id, actor: by }] }
}

/** The incident of an execution that ends. */
export interface EndContext {
  incident_status: IncidentStatus
  /** The incident's run is interrupted and is to be resumed. */
  resumes: boolean
  run_id: string | null
}

/** An execution that ended. `concurrent_run_id`: the run that started before it ended, whose findings say nothing about it. */
export interface ExecutionEnding extends ExecutionTransition {
  changed: boolean
  concurrent_run_id: string | null
  /** Done: a run is to check the outcome, or, where nothing changed, will do so. */
  follow_up: boolean
}

/** One that has ended stays as it is, except that the person who started it may report the end after it timed out. */
export function endExecution(
  before: Execution,
  end: ExecutionEnd,
  { incident_status, resumes, run_id }: EndContext,
): ExecutionEnding {
  const { status, by, at, note } = end
  const isUnderWay = incident_status === 'queued' || incident_status === 'running'
  if (before.status !== 'running' && !(before.status === 'timed_out' && before.started_by === by)) {
    const follow_up = before.status === 'done' && before.observed_after === undefined && isUnderWay
    return { execution: before, notes: [], changed: false, concurrent_run_id: null, follow_up }
  }
  const execution: Execution = { ...before, status, ended_by: by, ended_at: isoTime(at), note }
  const text = `${by} reported ${changeName(execution)} as ${status}${note === undefined ? '' : `: ${note}`}`
  return {
    execution,
    notes: [{ at: isoTime(at), kind: 'execution_ended', text, run_id: before.run_id, actor: by }],
    changed: true,
    concurrent_run_id: incident_status === 'running' || resumes ? run_id : null,
    follow_up: status === 'done',
  }
}

/** Nobody has reported its end in time. */
export function timeOutExecution(before: Execution, now: number): ExecutionTransition {
  const text = `${changeName(before)} timed out: nobody has reported how it ended`
  return {
    execution: { ...before, status: 'timed_out', ended_at: isoTime(now) },
    notes: [{ at: isoTime(now), kind: 'execution_timed_out', text, run_id: before.run_id }],
  }
}

/** What a later run found out about it. */
export function observeExecution(before: Execution, observed_after: ObservedAfter, at: number): ExecutionTransition {
  const { because, run_id } = observed_after
  const text = `after ${changeName(before)}: ${because}`
  return {
    execution: { ...before, observed_after },
    notes: [{ at: isoTime(at), kind: 'observed_after', text, run_id }],
  }
}

/**
 * What a run that started after a change says of it. The outcomes `healthy` and `recovered` mean that everything which could speak against
 * them was seen, so they count as `gone`; a diagnosis that misses the causes that were aimed at does not say that the change helped.
 */
export function assessAfterExecution(
  { causes }: Pick<Execution, 'causes'>,
  decision: Decision,
  at: string,
): ObservedAfter {
  const { run_id, outcome, root_causes } = decision
  const assessed = (state: ObservedAfter['state'], because: string) => ({ state, because, run_id, at })
  if (outcome === 'unknown') return assessed('unknown', 'the run after it could not see enough')
  if (outcome !== 'issue') return assessed('gone', `the outcome of the run after it is ${outcome}`)
  const present = new Set(root_causes.map(keyOf))
  const left = causes.find((cause) => present.has(keyOf(cause)))
  if (left) return assessed('still_there', `${left.mechanism} of ${nameOf(left)} is still found`)
  if (causes.length === 0) return assessed('unknown', 'a problem is still found, and the change was aimed at no cause')
  // A replaced pod has another name: the same failure elsewhere in the namespace may be the old one.
  const alike = root_causes.find((root) => causes.some((cause) => isAlike(cause, root)))
  if (alike) return assessed('unknown', `${alike.mechanism} is found at ${nameOf(alike)} now`)
  return assessed('changed', 'its causes are not found any more; another problem is found')
}

function keyOf({ resource, mechanism }: AimedCause): string {
  return `${mechanism} ${refKey(resource)}`
}

function isAlike(left: AimedCause, right: AimedCause): boolean {
  return left.mechanism === right.mechanism && left.resource.namespace === right.resource.namespace
}

function nameOf({ resource: { kind, name } }: AimedCause): string {
  return `${kind} ${name}`
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
