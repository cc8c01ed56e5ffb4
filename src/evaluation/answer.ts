import { z } from 'zod'
import { ActionNeed } from '#src/domain/action.ts'
import { Outcome } from '#src/domain/decision.ts'
import { ResourceRef } from '#src/domain/resource-ref.ts'

/** A recommended action as far as it is graded; `kind` is any word, so that a kind unknown here is graded and not refused. */
export const AnsweredAction = z.object({
  kind: z.string(),
  target: ResourceRef,
  params: z.record(z.string(), z.unknown()).default({}),
  needs: z.array(ActionNeed).default([]),
})
export type AnsweredAction = z.infer<typeof AnsweredAction>

/** What the grader reads of a decision; everything else passes by. */
export const Answer = z.object({
  outcome: Outcome,
  summary: z.string(),
  root_causes: z.array(z.object({ resource: ResourceRef, statement: z.string() })),
  recommended_actions: z.array(AnsweredAction),
})
export type Answer = z.infer<typeof Answer>
