import type { ClusterView } from '../../../domain/cluster-view.ts'
import type { Pod } from '../../../domain/kubernetes/objects.ts'

/** Pods that hold a place on a node, by node name: scheduled and not ended. Pods of unseen namespaces are missing here. */
export function placedPods(view: ClusterView): Map<string, Pod[]> {
  const byNode = new Map<string, Pod[]>()
  for (const pod of view.list('Pod')) {
    const node = pod.spec.nodeName
    if (!node || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue
    byNode.set(node, [...(byNode.get(node) ?? []), pod])
  }
  return byNode
}
