import type { Remedy } from '#src/domain/action.ts'
import { instruct } from '#src/rules/kit/instruct.ts'

/** Ask for a node that takes the pods. `demand` says what it must have: `requests memory 48Gi`. */
export function addNode(demand: string, reason: string): Remedy {
  return instruct(
    { kind: 'NodePool', name: 'any' },
    'add_node',
    `Add a node (or enlarge a node pool) that offers: ${demand}. The pending pods are then placed by themselves.`,
    { reason, risk: 'low' },
  )
}
