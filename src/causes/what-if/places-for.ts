import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Node, Pod, PodSpec } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { nodeFit } from '#src/rules/kit/placement/node-fit.ts'
import { placedPods } from '#src/rules/kit/placement/placed-pods.ts'

/**
 * Nodes that would take one pod of the workload with this spec. Where pods of it still wait for a node, the ones that run keep
 * their places; otherwise the change replaces them, and their places count as free. Pods of unseen namespaces are not reckoned.
 */
export function placesFor(view: ClusterView, workload: ResourceRef, spec: PodSpec): Node[] {
  const own = view.podsOfWorkload(workload)
  const waits = own.some((pod) => !pod.spec.nodeName)
  const placed = waits ? placedPods(view) : without(placedPods(view), new Set(own))
  const floor = { view, nodes: view.list('Node'), placed }
  const labels = view.templateOf(workload)?.metadata?.labels
  const candidate = { namespace: workload.namespace ?? '', labels, spec }
  return floor.nodes.filter((node) => nodeFit(candidate, node, floor).length === 0)
}

/** The list of a node that none of them is on stays the same one: what its pods take is reckoned once. */
function without(placed: Map<string, Pod[]>, left: ReadonlySet<Pod>): Map<string, Pod[]> {
  const touched = new Set([...left].map((pod) => pod.spec.nodeName))
  return new Map(
    [...placed].map(([node, pods]) => [node, touched.has(node) ? pods.filter((pod) => !left.has(pod)) : pods]),
  )
}
