import { z } from 'zod'

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
