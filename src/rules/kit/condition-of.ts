import type { Condition } from '#src/domain/kubernetes/objects.ts'

/** The condition of a type among an object's conditions. */
export function conditionOf(
  object: { kind: string; status?: { conditions?: Condition[] } } | undefined,
  type: string,
): Condition | undefined {
  return object?.status?.conditions?.find((condition) => condition.type === type)
}
