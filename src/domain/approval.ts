import { z } from 'zod'
import { PlannedAction } from './action.ts'

/**
 * `pending` waits for a person; `approved` and `rejected` are a person's answer; `expired`: not answered, or not used, in time;
 * `withdrawn`: the last run does not recommend it any more, or its incident is closed.
 */
export const ApprovalStatus = z.enum(['pending', 'approved', 'rejected', 'expired', 'withdrawn'])
export type ApprovalStatus = z.infer<typeof ApprovalStatus>

/** A person's permission for one change, requested or given. It holds for the plan with this hash alone, once, and until it expires. */
export const Approval = z.object({
  id: z.string(),
  incident_id: z.string(),
  namespace: z.string().optional(),
  service: z.string(),
  /** The run that requested it last. */
  run_id: z.string(),
  plan_hash: z.string(),
  action: PlannedAction,
  status: ApprovalStatus,
  /** Why it has this status, as a text; absent where the status says it all. */
  status_reason: z.string().optional(),
  asked_at: z.string(),
  /** Until when it can be answered or, once approved, used. */
  expires_at: z.string(),
  decided_at: z.string().optional(),
  decided_by: z.string().optional(),
  comment: z.string().optional(),
  /** The execution that it was used for. */
  execution_id: z.string().optional(),
})
export type Approval = z.infer<typeof Approval>
