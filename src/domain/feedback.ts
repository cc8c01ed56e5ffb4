import { z } from 'zod'
import { Mechanism } from './mechanism.ts'
import { ResourceRef } from './resource-ref.ts'

/** What a person thinks of a decision: the ground truth that later evaluations and a search over past incidents stand on. */
export const FeedbackDraft = z.object({
  /** `partly`: some of the roots, or the right roots and the wrong remedy. */
  verdict: z.enum(['right', 'partly', 'wrong']),
  comment: z.string().max(4000).optional(),
  /** What it was in truth, where the person knows. */
  actual_cause: z
    .object({
      mechanism: Mechanism.optional(),
      resource: ResourceRef.optional(),
      statement: z.string().max(300).optional(),
    })
    .optional(),
  /** Of the decision that is meant; absent: the last one. */
  run_id: z.string().max(200).optional(),
})
export type FeedbackDraft = z.infer<typeof FeedbackDraft>

/** A draft as it was kept. */
export const Feedback = FeedbackDraft.extend({
  id: z.string(),
  incident_id: z.string(),
  at: z.string(),
  /** Name of the caller. */
  by: z.string(),
})
export type Feedback = z.infer<typeof Feedback>
