import { z } from 'zod'
import { Decision } from './decision.ts'
import { Priority } from './severity.ts'
import { Incident } from './signal.ts'

/**
 * `queued` waits for a run, `running` has one, `done` is decided and still open: repeats join all three. `failed`: every attempt
 * broke, and it waits for a person (the dead letters). `expired`: it waited longer than it was worth. `closed`: over, by itself or by
 * a person, or merged into another one.
 */
export const IncidentStatus = z.enum(['queued', 'running', 'done', 'failed', 'expired', 'closed'])
export type IncidentStatus = z.infer<typeof IncidentStatus>

/** An incident with what became of it. */
export const IncidentRecord = z.object({
  incident: Incident,
  status: IncidentStatus,
  /** Why it has this status, as a text; absent where the status says it all. */
  status_reason: z.string().optional(),
  priority: Priority,
  /** Of the request that opened it; its first run has the same. */
  trace_id: z.string(),
  updated_at: z.string(),
  /** Attempts that broke in a row. */
  failures: z.number().int(),
  /** When a queued incident is given up. */
  expires_at: z.string().optional(),
  /** When a queued incident may run at the earliest (back-off). */
  available_at: z.string().optional(),
  /** The incident that it was merged into: a consequence of the same cause. */
  merged_into: z.string().optional(),
  closed_at: z.string().optional(),
  decision: Decision.optional(),
})
export type IncidentRecord = z.infer<typeof IncidentRecord>
