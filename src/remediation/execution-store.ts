import type { Approval } from '#src/domain/approval.ts'
import type { PlannedAction } from '#src/domain/action.ts'
import type { AimedCause, Execution, ExecutionStatus } from '#src/domain/execution.ts'
import type { IncidentStatus } from '#src/domain/incident-record.ts'
import type { Page } from '#src/domain/page.ts'

/** Somebody wants to carry out what the incident's last decision recommends. Times are epoch milliseconds. */
export interface ExecutionDraft {
  id: string
  incident_id: string
  action_id: string
  /** Of what the person has seen. */
  plan_hash: string
  by: string
  at: number
  expires_ms: number
}

/** What is known where an execution is to begin. */
export interface BeginFacts {
  incident_status: IncidentStatus
  /** The action of that id in the last decision. */
  action?: PlannedAction & { approval_required: boolean }
  /** Of the last decision. */
  root_causes: readonly AimedCause[]
  /** Approved for the same plan, not used, not expired. */
  approval?: Approval
  /** What is under way on the same target. */
  under_way?: Execution
}

/** Why an execution may not begin. */
export interface BeginRefusal {
  why: 'incident_closed' | 'no_such_action' | 'other_plan' | 'denied' | 'not_approved' | 'target_busy'
  detail: string
}

/** May it begin, and which causes is it to remove? */
export type BeginVerdict = { refusal: BeginRefusal } | { causes: AimedCause[] }

/** What became of a begin. `unknown`: there is no such incident. */
export type Begun =
  | { kind: 'begun'; execution: Execution }
  | { kind: 'refused'; refusal: BeginRefusal }
  | { kind: 'unknown' }

/** How it ended. */
export interface ExecutionEnd {
  status: Extract<ExecutionStatus, 'done' | 'failed' | 'abandoned'>
  by: string
  at: number
  note?: string
  /** Of the request; the run that looks at the outcome bears it. */
  trace_id: string
  /** How long the run that looks at the outcome may wait in the queue. */
  queue_expires_ms: number
}

/** How it stands afterwards. `looks`: a run will look at the outcome. Not changed where it had ended otherwise. */
export interface Ended {
  execution: Execution
  changed: boolean
  looks: boolean
}

/** Filters of a list; every one that is given must fit. Those that began last come first. */
export interface ExecutionQuery {
  status?: readonly ExecutionStatus[]
  incident_id?: string
  cursor?: string
  limit: number
}

/** Executions: of one target at most one is under way, and an approval is used once. */
export interface ExecutionStore {
  /** `judge` sees how things stand while nobody else changes them; where it refuses, nothing is written. */
  begin(draft: ExecutionDraft, judge: (facts: BeginFacts) => BeginVerdict): Promise<Begun>
  /** Undefined: unknown. What was done wakes a run that looks at the outcome. */
  end(id: string, end: ExecutionEnd): Promise<Ended | undefined>
  get(id: string): Promise<Execution | undefined>
  list(query: ExecutionQuery): Promise<Page<Execution>>
  /** Gives up those whose end nobody has told, at most `limit`, and frees their targets. */
  lapse(now: number, limit: number): Promise<Execution[]>
}
