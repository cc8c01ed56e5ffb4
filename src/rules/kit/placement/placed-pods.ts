import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'

const cache = new WeakMap<ClusterView, Map<string, Pod[]>>()

/** Pods that hold a place on a node, by node name: scheduled and not ended. Pods of unseen namespaces are missing here. */
export function placedPods(view: ClusterView): Map<string, Pod[]> {
  const known = cache.get(view)
  if (known) return known
  const byNode = new Map<string, Pod[]>()
  for (const pod of view.list('Pod')) {
    const node = pod.spec.nodeName
    if (!node || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue
    const pods = byNode.get(node)
    if (pods) pods.push(pod)
    else byNode.set(node, [pod])
  }
  cache.set(view, byNode)
  return byNode
}
