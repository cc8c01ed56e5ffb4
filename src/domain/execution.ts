import { z } from 'zod'
import { PlannedAction } from './action.ts'
import { Mechanism } from './mechanism.ts'
import { ResourceRef } from './resource-ref.ts'

/**
 * `running`: somebody carries it out, and nobody else may start on the same target; `done`, `failed`: it was, or could not be, carried
 * out; `abandoned`: given up before anything was changed; `timed_out`: no result was reported in time, so that is not known.
 */
export const ExecutionStatus = z.enum(['running', 'done', 'failed', 'abandoned', 'timed_out'])
export type ExecutionStatus = z.infer<typeof ExecutionStatus>

/** A cause that a change was to remove. */
export const AimedCause = z.object({ resource: ResourceRef, mechanism: Mechanism })
export type AimedCause = z.infer<typeof AimedCause>

/**
 * What the first run that started after a change found: one observation, no proof that it lasts. `gone`: the problem is over; `changed`: the
 * causes that were aimed at are gone, and something else is wrong; `still_there`: at least one of them; `unknown`: it could not be seen.
 */
export const ObservedAfter = z.object({
  state: z.enum(['gone', 'changed', 'still_there', 'unknown']),
  because: z.string(),
  run_id: z.string(),
  at: z.string(),
})
export type ObservedAfter = z.infer<typeof ObservedAfter>

/** One time that a recommended action was carried out, by a person: this version changes nothing itself. */
export const Execution = z.object({
  id: z.string(),
  incident_id: z.string(),
  /** The run that recommended it. */
  run_id: z.string(),
  plan_hash: z.string(),
  approval_id: z.string().optional(),
  action: PlannedAction,
  causes: z.array(AimedCause),
  status: ExecutionStatus,
  started_at: z.string(),
  started_by: z.string(),
  /** Until when its end has to be reported. */
  expires_at: z.string(),
  ended_at: z.string().optional(),
  ended_by: z.string().optional(),
  note: z.string().optional(),
  /** Absent: no run has started since. */
  observed_after: ObservedAfter.optional(),
})
export type Execution = z.infer<typeof Execution>
