import type { Remedy } from '#src/domain/action.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** Exact steps for a person; `change` is a word for the kind of change (`create_storageclass`, `label_node`). */
export function instruct(
  target: ResourceRef,
  change: string,
  instruction: string,
  rest: Pick<Remedy, 'reason'> & Partial<Pick<Remedy, 'risk' | 'reversible' | 'needs'>>,
): Remedy {
  return {
    kind: 'custom_instruction',
    target,
    params: { change, instruction },
    risk: 'medium',
    reversible: true,
    ...rest,
  }
}
