import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { NetworkPolicy } from '#src/domain/kubernetes/objects.ts'
import type { Direction, End } from './path-end.ts'

/** Policies that isolate a pod in a direction. Without any, everything is allowed. */
export function isolating(view: ClusterView, end: End, direction: Direction): NetworkPolicy[] {
  return view.list('NetworkPolicy').filter((policy) => {
    const { spec } = policy
    if (policy.metadata.namespace !== end.namespace || !spec) return false
    const types = spec.policyTypes ?? (spec.egress ? ['Ingress', 'Egress'] : ['Ingress'])
    return types.includes(direction) && matchesSelector(spec.podSelector ?? {}, end.labels)
  })
}
