import { z } from 'zod'
import { RecommendedAction } from '#src/domain/action.ts'

/** A remedy that Recommendation puts forward: not yet judged, but with its what-if and where its parameters come from. */
export const ProposedAction = RecommendedAction.omit({ id: true, guard: true, approval: true }).extend({
  /** The finding whose remedy it is. */
  finding: z.string(),
})
export type ProposedAction = z.infer<typeof ProposedAction>
