import { z } from 'zod'

/** Where a fact was read. `log` and `metric` bodies never travel in shared state, only their ids. */
const EvidenceSource = z.enum(['object', 'event', 'log', 'metric', 'rule', 'access'])

/** `api`: computed by the API server or a controller. `workload_text`: anyone who runs a pod can write it. */
const EvidenceTrust = z.enum(['api', 'workload_text'])

/** How to look the fact up again. Exactly one of the keys is set. */
const EvidenceRef = z.union([
  z.object({
    object: z.object({
      kind: z.string(),
      namespace: z.string().optional(),
      name: z.string(),
      uid: z.string().optional(),
      resource_version: z.string().optional(),
      path: z.string(),
    }),
  }),
  z.object({ event: z.object({ uid: z.string() }) }),
  z.object({
    log: z.object({
      pod: z.string(),
      container: z.string(),
      restart: z.number().int(),
      line_hash: z.string(),
      time: z.string().optional(),
    }),
  }),
  z.object({ metric: z.object({ query: z.string(), at: z.string() }) }),
])

/** One observed fact, redacted where it was made, with its source and its trust. */
export const Evidence = z.object({
  id: z.string(),
  source: EvidenceSource,
  statement: z.string(),
  observed_at: z.string(),
  trust: EvidenceTrust,
  ref: EvidenceRef,
})
export type Evidence = z.infer<typeof Evidence>

/** A fact as a pure rule states it; the ledger of the run gives it its id. */
export type EvidenceDraft = Omit<Evidence, 'id'>
