import { z } from 'zod'
import { StormState } from './queue-view.ts'

/** `degraded`: it answers, but cannot see everything. `broken`: it cannot keep what it is given. */
export const Health = z.object({
  status: z.enum(['ok', 'degraded', 'broken']),
  version: z.string(),
  uptime_seconds: z.number().int(),
  cluster: z.object({ name: z.string(), reachable: z.boolean(), detail: z.string().optional() }),
  store: z.object({ ok: z.boolean(), detail: z.string().optional() }),
  /** `rules`, or names of models. */
  minds: z.array(z.string()),
  /** More comes in than usual: less urgent incidents wait longer. Absent where the store cannot say. */
  storm: StormState.optional(),
})
export type Health = z.infer<typeof Health>

/** One thing that a run needs. */
export const ReadinessCheck = z.object({
  name: z.enum(['cluster', 'store', 'model', 'worker', 'service']),
  /** `not_configured` is no obstacle: the run does without. */
  status: z.enum(['ok', 'missing', 'not_configured']),
  /** What is missing, and what would bring it back. */
  detail: z.string().optional(),
})
export type ReadinessCheck = z.infer<typeof ReadinessCheck>

/** Could a run be done now? Every check was made just now, not remembered. */
export const Readiness = z.object({ ready: z.boolean(), checks: z.array(ReadinessCheck) })
export type Readiness = z.infer<typeof Readiness>
