import type { Node, Toleration } from '#src/domain/kubernetes/objects.ts'

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number]

const cordonKey = 'node.kubernetes.io/unschedulable'

/** Taints of a node that keep a pod with these tolerations away. The taint that a cordon sets is the cordon's, not counted here. */
export function untoleratedTaints(node: Node, tolerations: Toleration[] | undefined): Taint[] {
  return (node.spec?.taints ?? []).filter(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' &&
      taint.key !== cordonKey &&
      !(tolerations ?? []).some((toleration) => tolerates(toleration, taint)),
  )
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (!toleration.key) return toleration.operator === 'Exists'
  if (toleration.key !== taint.key) return false
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '')
}
