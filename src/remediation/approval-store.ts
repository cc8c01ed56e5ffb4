import type { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import type { Page } from '#src/domain/page.ts'

/** Filters of a list; every one that is given must fit. Those that were asked for last come first. */
export interface ApprovalQuery {
  status?: readonly ApprovalStatus[]
  incident_id?: string
  namespace?: string
  /** Of the previous page's answer; one that was not made here is SRE_INCIDENTS_CURSOR. */
  cursor?: string
  limit: number
}

/** A person's word. `plan_hash`: of what the person has seen. Times are epoch milliseconds. */
export interface ApprovalWord {
  status: 'approved' | 'rejected'
  plan_hash: string
  by: string
  comment?: string
  at: number
  /** Until when it may be used. */
  expires_ms: number
}

/** How it stands afterwards. `refused`: nothing was written, and why. */
export interface Decided {
  approval: Approval
  refused?: 'other_plan' | 'status' | 'used' | 'not_recommended'
}

/**
 * Approvals. Runs ask for them as they end (`incidents/queue-store.ts`), in the transaction that stores the decision. `now` (epoch
 * milliseconds) says what has expired: a status is never read as more than it is.
 */
export interface ApprovalStore {
  get(id: string, now: number): Promise<Approval | undefined>
  list(query: ApprovalQuery, now: number): Promise<Page<Approval>>
  /** Of two who decide at once the first is the one who did. The same word of the same person again changes nothing. Undefined: unknown. */
  decide(id: string, word: ApprovalWord): Promise<Decided | undefined>
  /** Writes down what has expired, at most `limit`, and says so in the histories. */
  expire(now: number, limit: number): Promise<Approval[]>
}
