import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesNodeTerms } from '#src/domain/kubernetes/label-selector.ts'
import type { Node, Pod, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import type { Candidate, Floor, Misfit } from './misfit.ts'
import { podAffinityMisfits } from './pod-affinity-misfits.ts'
import { podRequests } from './pod-requests.ts'
import { spreadMisfits } from './spread-misfits.ts'
import { untoleratedTaints } from './untolerated-taints.ts'

/*
 * The scheduler's predicates over the picture: what keeps a pod off a node. Its events name neither the taint nor the label,
 * so the nodes are read. Pods of other namespaces may be unseen: a node may be fuller than it looks here, never emptier.
 */

/** Every reason why a node does not take the pod; empty where the picture shows none. */
export function nodeFit(pod: Candidate, node: Node, floor: Floor): Misfit[] {
  return [
    ...labelMisfits(pod.spec, node),
    ...volumeMisfits(pod, node, floor.view),
    ...closedMisfits(pod.spec, node),
    ...resourceMisfits(pod.spec, node, floor.placed.get(node.metadata.name) ?? []),
    ...portMisfits(pod.spec, floor.placed.get(node.metadata.name) ?? []),
    ...spreadMisfits(pod, node, floor),
    ...podAffinityMisfits(pod, node, floor),
  ]
}

function labelMisfits(spec: PodSpec, node: Node): Misfit[] {
  const labels = node.metadata.labels
  const missed = Object.entries(spec.nodeSelector ?? {}).filter(([key, value]) => labels?.[key] !== value)
  const misfits: Misfit[] = missed.map(([key, value]) => ({
    predicate: 'selector',
    key,
    wanted: value,
    available: labels?.[key],
  }))
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms && !matchesNodeTerms(terms, labels, node.metadata.name)) {
    const expressions = terms.flatMap((term) => [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])])
    const wanted = expressions.map(({ key, operator, values }) =>
      `${key} ${operator} ${(values ?? []).join('|')}`.trim(),
    )
    misfits.push({ predicate: 'affinity', key: expressions[0]?.key ?? '', wanted: wanted.join(', ') })
  }
  return misfits
}

function volumeMisfits(pod: Candidate, node: Node, view: ClusterView): Misfit[] {
  return (pod.spec.volumes ?? []).flatMap((volume): Misfit[] => {
    const claimName = volume.persistentVolumeClaim?.claimName
    const claim = claimName ? view.get('PersistentVolumeClaim', pod.namespace, claimName) : undefined
    const bound = claim?.spec.volumeName ? view.get('PersistentVolume', undefined, claim.spec.volumeName) : undefined
    const terms = bound?.spec.nodeAffinity?.required?.nodeSelectorTerms
    if (!claimName || !terms || matchesNodeTerms(terms, node.metadata.labels, node.metadata.name)) return []
    return [{ predicate: 'volume', key: claimName, wanted: bound.metadata.name }]
  })
}

function closedMisfits(spec: PodSpec, node: Node): Misfit[] {
  const taints: Misfit[] = untoleratedTaints(node, spec.tolerations).map((taint) => ({
    predicate: 'taint',
    key: taint.key,
    wanted: taint.value,
    effect: taint.effect,
  }))
  if (!node.spec?.unschedulable) return taints
  const tolerated = (spec.tolerations ?? []).some(
    (toleration) =>
      (toleration.key === 'node.kubernetes.io/unschedulable' || !toleration.key) && toleration.operator === 'Exists',
  )
  return tolerated ? taints : [...taints, { predicate: 'cordon', key: node.metadata.name }]
}

const takenCache = new WeakMap<Pod[], Record<string, number>>()

/** What the pods of a node hold in sum; asked for every waiting pod, so reckoned once per list of pods. */
function takenBy(placed: Pod[]): Record<string, number> {
  const known = takenCache.get(placed)
  if (known) return known
  const taken: Record<string, number> = { pods: placed.length }
  for (const pod of placed)
    for (const [key, amount] of Object.entries(podRequests(pod.spec))) taken[key] = (taken[key] ?? 0) + amount
  takenCache.set(placed, taken)
  return taken
}

function resourceMisfits(spec: PodSpec, node: Node, placed: Pod[]): Misfit[] {
  const allocatable = node.status?.allocatable
  if (!allocatable) return []
  const wanted: Record<string, number> = { ...podRequests(spec), pods: 1 }
  const taken = takenBy(placed)
  return Object.entries(wanted).flatMap(([key, amount]): Misfit[] => {
    // Every real node tells these three; an extended resource that a node does not name is not there.
    const whole = parseQuantity(allocatable[key]) ?? (/^(cpu|memory|pods)$/.test(key) ? Infinity : 0)
    const available = whole - (taken[key] ?? 0)
    return amount > available ? [{ predicate: 'resources', key, wanted: amount, available }] : []
  })
}

function hostPorts(spec: PodSpec): string[] {
  return spec.containers.flatMap((container) =>
    (container.ports ?? []).flatMap((port) => {
      const number = port.hostPort ?? (spec.hostNetwork ? port.containerPort : undefined)
      return number ? [`${number}/${port.protocol ?? 'TCP'}`] : []
    }),
  )
}

function portMisfits(spec: PodSpec, placed: Pod[]): Misfit[] {
  return hostPorts(spec).flatMap((port): Misfit[] => {
    const holder = placed.find((other) => hostPorts(other.spec).includes(port))
    return holder ? [{ predicate: 'host_port', key: port, available: holder.metadata.name }] : []
  })
}
