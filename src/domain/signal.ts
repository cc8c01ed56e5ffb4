import { z } from 'zod'
import { ResourceRef } from './resource-ref.ts'

/** Anything that comes in, normalized. `resource` of kind Namespace asks "what is wrong here?". */
export const Signal = z.object({
  source: z.enum(['event', 'kubernetes_event', 'event_exporter', 'question', 'watch']),
  event_type: z.string().optional(),
  namespace: z.string().optional(),
  resource: ResourceRef,
  reason: z.string().optional(),
  message: z.string().optional(),
  observed_at: z.string(),
})
export type Signal = z.infer<typeof Signal>

/** One problem, many signals, one fingerprint. */
export const Incident = z.object({
  id: z.string(),
  fingerprint: z.string(),
  namespace: z.string().optional(),
  resource: ResourceRef,
  reason: z.string().optional(),
  message: z.string().optional(),
  signal_count: z.number().int(),
  opened_at: z.string(),
})
export type Incident = z.infer<typeof Incident>
