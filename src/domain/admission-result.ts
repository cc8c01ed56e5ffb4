import { z } from 'zod'

/**
 * What became of a signal. `created`: it opened an incident that is next in line; `queued`: it opened one that waits behind others;
 * `joined`: it belongs to an incident that is open; `suppressed`: kept, but a silence or a maintenance window covers it;
 * `refused`: not taken. `reason` is a text that says why.
 */
export const AdmissionResult = z.object({
  signal_id: z.string(),
  incident_id: z.string().optional(),
  status: z.enum(['created', 'joined', 'suppressed', 'queued', 'refused']),
  reason: z.string(),
})
export type AdmissionResult = z.infer<typeof AdmissionResult>

/** A signal as it was kept, for the explanation of a merge. */
export const SignalRecord = AdmissionResult.extend({
  source: z.string(),
  state: z.enum(['firing', 'resolved']),
  received_at: z.string(),
  observed_at: z.string(),
  /** Who sent it, by the name of its token. */
  caller: z.string(),
  trace_id: z.string(),
  /** The fields that the fingerprint is made of, by name. */
  fingerprint: z.string(),
  fingerprint_fields: z.record(z.string(), z.string()),
  resource: z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() }),
  alert: z.string().optional(),
  reported_reason: z.string().optional(),
  message: z.string().optional(),
})
export type SignalRecord = z.infer<typeof SignalRecord>
