import type { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import type { PlannedAction } from '#src/domain/action.ts'
import type { AimedCause, Execution, ExecutionStatus } from '#src/domain/execution.ts'
import type { IncidentStatus } from '#src/domain/incident-record.ts'
import type { Page } from '#src/domain/page.ts'

/* Approvals and executions: what this room needs of the store, and what other rooms need of it. Times are epoch milliseconds. */

/** Filters of a list; every one that is given must fit. The latest requests come first. */
export interface ApprovalQuery {
  status?: readonly ApprovalStatus[]
  incident_id?: string
  namespace?: string
  /** Of the previous page's answer; one that was not made here is SRE_INCIDENTS_CURSOR. */
  cursor?: string
  limit: number
}

/** A person's answer. `plan_hash`: of the plan that the person has seen; `by`: the authenticated caller. */
export interface ApprovalAnswer {
  plan_hash: string
  by: string
  comment?: string
}

/** Approvals. Rejects with SRE_APPROVALS_UNKNOWN, SRE_APPROVALS_PLAN or SRE_APPROVALS_STATE where one cannot be answered. */
export interface Approvals {
  list(query: ApprovalQuery): Promise<Page<Approval>>
  get(id: string): Promise<Approval | undefined>
  approve(id: string, answer: ApprovalAnswer): Promise<Approval>
  /** Also takes back an approval that is not used yet. */
  reject(id: string, answer: ApprovalAnswer): Promise<Approval>
}

/** An answer to be stored. */
export interface ApprovalDecision extends ApprovalAnswer {
  status: 'approved' | 'rejected'
  at: number
  /** Until when an approval may be used. */
  expires_ms: number
}

/** The approval afterwards. `refused`: nothing was written, and why. */
export interface DecisionResult {
  approval: Approval
  refused?: 'other_plan' | 'status' | 'used' | 'not_recommended'
}

/**
 * Approvals. Runs request them as they end (`incidents/port.ts`), in the transaction that stores the decision. `now` says what has
 * expired: a status is never read as more than it is.
 */
export interface ApprovalStore {
  get(id: string, now: number): Promise<Approval | undefined>
  list(query: ApprovalQuery, now: number): Promise<Page<Approval>>
  /** Of two who decide at once the first wins. The same answer of the same person again changes nothing. Undefined: unknown. */
  decide(id: string, decision: ApprovalDecision): Promise<DecisionResult | undefined>
  /** Stores what has expired, at most `limit`, with a line in each history. */
  expire(now: number, limit: number): Promise<Approval[]>
}

/** What a person is going to carry out. `plan_hash`: of the plan that the person has seen. */
export interface ExecutionIntent {
  incident_id: string
  action_id: string
  plan_hash: string
  by: string
}

/** How an execution ended, as a person reports it. */
export interface ExecutionReport {
  status: Extract<ExecutionStatus, 'done' | 'failed' | 'abandoned'>
  by: string
  note?: string
  /** Of the request; the run that checks the outcome has the same. */
  trace_id: string
}

/** Executions. Rejects with SRE_INCIDENTS_UNKNOWN, SRE_EXECUTIONS_UNKNOWN, SRE_EXECUTIONS_REFUSED or SRE_EXECUTIONS_STATE. */
export interface Executions {
  list(query: ExecutionQuery): Promise<Page<Execution>>
  get(id: string): Promise<Execution | undefined>
  begin(intent: ExecutionIntent): Promise<Execution>
  /** `follow_up_run`: a run will check the outcome. The same report again changes nothing, so that a lost answer can be asked for again. */
  end(id: string, report: ExecutionReport): Promise<{ execution: Execution; follow_up_run: boolean }>
}

/** An execution to be started. */
export interface ExecutionDraft extends ExecutionIntent {
  id: string
  at: number
  expires_ms: number
}

/** What is known where an execution is to start. */
export interface StartFacts {
  incident_status: IncidentStatus
  /** The action of that id in the last decision. */
  action?: PlannedAction & { approval_required: boolean }
  /** Of the last decision. */
  root_causes: readonly AimedCause[]
  /** Approved for the same plan, not used, not expired. */
  approval?: Approval
  /** The execution that runs on the same target. */
  running?: Execution
}

/** Why an execution may not start. */
export interface StartRefusal {
  why: 'incident_closed' | 'no_such_action' | 'other_plan' | 'denied' | 'not_approved' | 'target_busy'
  detail: string
}

/** May it start, and which causes is it to remove? */
export type StartVerdict = { refusal: StartRefusal } | { causes: AimedCause[] }

/** `unknown`: there is no such incident. */
export type StartResult =
  | { kind: 'started'; execution: Execution }
  | { kind: 'refused'; refusal: StartRefusal }
  | { kind: 'unknown' }

/** An end to be stored. */
export interface ExecutionEnd extends ExecutionReport {
  at: number
  /** How long the run that checks the outcome may wait in the queue. */
  queue_expires_ms: number
}

/** The execution afterwards. `follow_up_run`: a run will check the outcome. Not changed where it had ended otherwise. */
export interface EndResult {
  execution: Execution
  changed: boolean
  follow_up_run: boolean
}

/** Filters of a list; every one that is given must fit. The latest starts come first. */
export interface ExecutionQuery {
  status?: readonly ExecutionStatus[]
  incident_id?: string
  cursor?: string
  limit: number
}

/** Executions: on one target at most one runs, and an approval is used once. */
export interface ExecutionStore {
  /** `evaluate` sees the facts while nobody else changes them; where it refuses, nothing is written. */
  begin(draft: ExecutionDraft, evaluate: (facts: StartFacts) => StartVerdict): Promise<StartResult>
  /** Undefined: unknown. What was done queues a run that checks the outcome. */
  end(id: string, end: ExecutionEnd): Promise<EndResult | undefined>
  get(id: string): Promise<Execution | undefined>
  list(query: ExecutionQuery): Promise<Page<Execution>>
  /** Ends those whose end nobody has reported in time, at most `limit`, and frees their targets. */
  timeOut(now: number, limit: number): Promise<Execution[]>
}
