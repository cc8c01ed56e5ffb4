import type { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import type { Execution, ExecutionStatus } from '#src/domain/execution.ts'
import type { Page } from '#src/domain/page.ts'

/* What the routes of approvals and executions need. */

/** What a person says to a plan; `by` is the authenticated caller. */
export interface ApprovalAnswer {
  plan_hash: string
  by: string
  comment?: string
}

/** Approvals. Rejects with SRE_APPROVALS_UNKNOWN, SRE_APPROVALS_PLAN or SRE_APPROVALS_STATE where one cannot be answered. */
export interface Approvals {
  list(query: {
    status?: readonly ApprovalStatus[]
    incident_id?: string
    namespace?: string
    cursor?: string
    limit: number
  }): Promise<Page<Approval>>
  get(id: string): Promise<Approval | undefined>
  approve(id: string, answer: ApprovalAnswer): Promise<Approval>
  reject(id: string, answer: ApprovalAnswer): Promise<Approval>
}

/** Executions. Rejects with SRE_INCIDENTS_UNKNOWN, SRE_EXECUTIONS_UNKNOWN, SRE_EXECUTIONS_REFUSED or SRE_EXECUTIONS_STATE. */
export interface Executions {
  list(query: {
    status?: readonly ExecutionStatus[]
    incident_id?: string
    cursor?: string
    limit: number
  }): Promise<Page<Execution>>
  get(id: string): Promise<Execution | undefined>
  begin(intent: { incident_id: string; action_id: string; plan_hash: string; by: string }): Promise<Execution>
  /** `follow_up_run`: a run will check the outcome. */
  end(
    id: string,
    told: { status: 'done' | 'failed' | 'abandoned'; by: string; note?: string; trace_id: string },
  ): Promise<{ execution: Execution; follow_up_run: boolean }>
}
