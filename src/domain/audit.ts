import { z } from 'zod'

/** Something that somebody did. The log of them is append-only: `hash` covers the entry and the hash before it. */
export const AuditEntry = z.object({
  /** From 1, without holes. */
  seq: z.number().int(),
  at: z.string(),
  /** Name of the token or of the subject of a JWT; `service` for what it does by itself. */
  actor: z.string(),
  role: z.string(),
  /** `incident.close`, `silence.create`, ... */
  action: z.string(),
  /** What it was done to: an id or an address. */
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
  trace_id: z.string(),
  previous_hash: z.string(),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** An entry before it is appended. */
export type AuditDraft = Omit<AuditEntry, 'seq' | 'previous_hash' | 'hash'>

/** What a walk along the chain found. */
export const AuditVerdict = z.object({
  intact: z.boolean(),
  entries: z.number().int(),
  /** Of the last entry; kept elsewhere, it shows later that nothing was cut off at the end. */
  last_hash: z.string().optional(),
  first_break: z.object({ seq: z.number().int(), why: z.string() }).optional(),
})
export type AuditVerdict = z.infer<typeof AuditVerdict>
