import { z } from 'zod'
import { Decision } from './decision.ts'
import { Incident } from './signal.ts'

/** `queued` and `running`: under way, repeats join it. `failed`: the run itself broke; its decision says so. */
export const IncidentStatus = z.enum(['queued', 'running', 'done', 'failed'])
export type IncidentStatus = z.infer<typeof IncidentStatus>

/** An incident with what became of it. */
export const IncidentRecord = z.object({
  incident: Incident,
  status: IncidentStatus,
  /** Of the request that opened it; its run bears the same. */
  trace_id: z.string(),
  updated_at: z.string(),
  decision: Decision.optional(),
})
export type IncidentRecord = z.infer<typeof IncidentRecord>
