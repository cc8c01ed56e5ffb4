import { z } from 'zod'
import { RecommendedAction } from '#src/domain/action.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'

/** A remedy that Recommendation puts forward: not yet judged, but with its what-if and where its parameters come from. */
export const ProposedAction = RecommendedAction.omit({ id: true, guard: true, approval: true }).extend({
  /** The finding whose remedy it is. */
  finding: z.string(),
})
export type ProposedAction = z.infer<typeof ProposedAction>

/** One string per change: the same kind, target and parameters are the same change. */
export function actionKey(action: { kind: string; target: ResourceRef; params: object }): string {
  const params = Object.entries(action.params).toSorted(([left], [right]) => left.localeCompare(right))
  return JSON.stringify([action.kind, refKey(action.target), params])
}
