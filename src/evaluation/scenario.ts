import { z } from 'zod'
import { ResourceRef } from '#src/domain/resource-ref.ts'

/** An action of a verdict: the kind is a free word, the target `Kind/namespace/name` with `*` as a wildcard. */
export const ExpectedAction = z.object({
  kind: z.string(),
  target: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
})
export type ExpectedAction = z.infer<typeof ExpectedAction>

const DecideBody = z.record(z.string(), z.unknown())

/** The right verdict of a recorded incident, as far as the grader reads it. */
export const Verdict = z.object({
  namespace: z.string(),
  event: DecideBody.optional(),
  symptom: z.string(),
  resource: ResourceRef,
  root_cause: z.string(),
  category: z.string(),
  keywords: z.array(z.string()).default([]),
  keywords_any: z.array(z.array(z.string())).default([]),
  needs_action: z.boolean(),
  good_actions: z.array(ExpectedAction).default([]),
  bad_actions: z.array(ExpectedAction).default([]),
  additional_faults: z.array(z.object({ resource: ResourceRef })).default([]),
})
export type Verdict = z.infer<typeof Verdict>

/** A recorded incident: where it lies and what is right. */
export interface Scenario {
  name: string
  folder: string
  verdict: Verdict
}

/** True for a recording in which nothing is wrong (any more). */
export function isHealthy(verdict: Verdict): boolean {
  return !verdict.needs_action && /healthy|recovered/i.test(verdict.category)
}
