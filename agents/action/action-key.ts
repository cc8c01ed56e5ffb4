import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'

/** One string per change: the same kind, target and parameters are the same change. */
export function actionKey(action: { kind: string; target: ResourceRef; params: object }): string {
  const params = Object.entries(action.params).toSorted(([left], [right]) => left.localeCompare(right))
  return JSON.stringify([action.kind, refKey(action.target), params])
}
