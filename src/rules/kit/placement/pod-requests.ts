import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container, Pod, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'

const requestCache = new WeakMap<PodSpec, Readonly<Record<string, number>>>()

/** What the scheduler reserves for a pod, by resource: bytes, cores, counts. A limit without a request counts as the request. */
export function podRequests(spec: PodSpec): Readonly<Record<string, number>> {
  const known = requestCache.get(spec)
  if (known) return known
  const requests = reckon(spec)
  requestCache.set(spec, requests)
  return requests
}

function reckon(spec: PodSpec): Record<string, number> {
  const inits = spec.initContainers ?? []
  const sidecars = inits.filter((container) => container.restartPolicy === 'Always')
  const totals = sum([...spec.containers, ...sidecars].map(containerRequests))
  for (const init of inits)
    for (const [resource, amount] of Object.entries(containerRequests(init)))
      totals[resource] = Math.max(totals[resource] ?? 0, amount)
  return totals
}

function containerRequests(container: Container): Record<string, number> {
  const named = { ...container.resources?.limits, ...container.resources?.requests }
  const amounts: Record<string, number> = {}
  for (const [resource, text] of Object.entries(named)) {
    const amount = parseQuantity(text)
    if (amount !== undefined && amount > 0) amounts[resource] = amount
  }
  return amounts
}

function sum(parts: Record<string, number>[]): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const part of parts)
    for (const [resource, amount] of Object.entries(part)) totals[resource] = (totals[resource] ?? 0) + amount
  return totals
}

const placedCache = new WeakMap<ClusterView, Map<string, Pod[]>>()

/** Pods that hold a place on a node, by node name: scheduled and not ended. Pods of unseen namespaces are missing here. */
export function placedPods(view: ClusterView): Map<string, Pod[]> {
  const known = placedCache.get(view)
  if (known) return known
  const byNode = new Map<string, Pod[]>()
  for (const pod of view.list('Pod')) {
    const node = pod.spec.nodeName
    if (!node || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue
    const pods = byNode.get(node)
    if (pods) pods.push(pod)
    else byNode.set(node, [pod])
  }
  placedCache.set(view, byNode)
  return byNode
}
