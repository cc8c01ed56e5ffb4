import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesNodeTerms, matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type {
  Pod,
  PodAffinityTerm,
  PodSpec,
  Toleration,
  TopologySpreadConstraint,
} from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { podRequests } from './pod-requests.ts'

/** What the scheduler asks of a node. */
export type Predicate =
  | 'selector'
  | 'affinity'
  | 'volume'
  | 'cordon'
  | 'taint'
  | 'resources'
  | 'host_port'
  | 'spread'
  | 'pod_affinity'

/** One reason why a node does not take the pod. `key` is the label, resource, port, topology key or claim it is about. */
export interface Misfit {
  predicate: Predicate
  key: string
  /** What the pod wants and what the node has, as numbers for resources, as text otherwise. */
  wanted?: number | string
  available?: number | string
  effect?: string
}

/** A pod that seeks a node, real or made from a template. */
export interface Candidate {
  namespace: string
  labels?: Record<string, string>
  spec: PodSpec
}

/** The cluster as the predicates need it. */
export interface Floor {
  view: ClusterView
  nodes: Node[]
  placed: Map<string, Pod[]>
}

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

const countCache = new WeakMap<TopologySpreadConstraint, { floor: Floor; counts: Map<string, number> }>()

const misfit = (term: PodAffinityTerm, wanted: string): Misfit => ({
  predicate: 'pod_affinity',
  key: term.topologyKey,
  wanted: `${wanted} ${describeSelector(term)}`,
})

/*
 * The scheduler's predicates over the snapshot: what keeps a pod off a node. Its events name neither the taint nor the label,
 * so the nodes are read. Pods of other namespaces may be unseen: a node may be fuller than it appears here, never emptier.
 */

/** Every reason why a node does not take the pod; empty where the snapshot shows none. */
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

/** Required pod affinity and anti-affinity terms that a node would break, as far as the pods are seen. */
function podAffinityMisfits(pod: Candidate, node: Node, floor: Floor): Misfit[] {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {}
  const attracted = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const repelled = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  return [
    ...attracted.filter((term) => !attracts(term, pod, node, floor)).map((term) => misfit(term, 'podAffinity')),
    ...repelled
      .filter((term) => inDomain(term, pod, node, floor).length > 0)
      .map((term) => misfit(term, 'podAntiAffinity')),
  ]
}

/** The first pod of a group that attracts itself may go anywhere that has the key; an unseen namespace is given the benefit of the doubt. */
function attracts(term: PodAffinityTerm, pod: Candidate, node: Node, floor: Floor): boolean {
  if (term.namespaces?.some((namespace) => !floor.view.covers('Pod', namespace))) return true
  if (inDomain(term, pod, node, floor).length > 0) return true
  if (!node.metadata.labels?.[term.topologyKey]) return false
  const anywhere = [...floor.placed.values()].flat().some((other) => matchesTerm(term, pod, other))
  return !anywhere && matchesSelector(term.labelSelector, pod.labels)
}

function inDomain(term: PodAffinityTerm, pod: Candidate, node: Node, floor: Floor): Pod[] {
  const domain = node.metadata.labels?.[term.topologyKey]
  if (domain === undefined) return []
  const names = floor.nodes.filter((other) => other.metadata.labels?.[term.topologyKey] === domain)
  return names
    .flatMap((other) => floor.placed.get(other.metadata.name) ?? [])
    .filter((other) => matchesTerm(term, pod, other))
}

function matchesTerm(term: PodAffinityTerm, pod: Candidate, other: Pod): boolean {
  const namespaces = term.namespaces?.length ? term.namespaces : [pod.namespace]
  return (
    namespaces.includes(other.metadata.namespace ?? '') && matchesSelector(term.labelSelector, other.metadata.labels)
  )
}

function describeSelector(term: PodAffinityTerm): string {
  const pairs = Object.entries(term.labelSelector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const expressions = (term.labelSelector?.matchExpressions ?? []).map(({ key, operator }) => `${key} ${operator}`)
  return [...pairs, ...expressions].join(',')
}

/** Topology spread constraints that a node would break, with the skew that it would come to. */
function spreadMisfits(pod: Candidate, node: Node, floor: Floor): Misfit[] {
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter(
    (constraint) => constraint.whenUnsatisfiable === 'DoNotSchedule',
  )
  return hard.flatMap((constraint): Misfit[] => {
    const domain = node.metadata.labels?.[constraint.topologyKey]
    if (domain === undefined) return [{ predicate: 'spread', key: constraint.topologyKey }]
    const counts = countDomains(constraint, pod, floor)
    const smallest = (constraint.minDomains ?? 0) > counts.size ? 0 : Math.min(...counts.values())
    const own = matchesSelector(constraint.labelSelector, pod.labels) ? 1 : 0
    const skew = (counts.get(domain) ?? 0) + own - smallest
    return skew > constraint.maxSkew
      ? [{ predicate: 'spread', key: constraint.topologyKey, wanted: constraint.maxSkew, available: skew }]
      : []
  })
}

/** Matching pods per domain, over the nodes that the policies let count: by default tainted nodes count, foreign ones do not. */
function countDomains(constraint: TopologySpreadConstraint, pod: Candidate, floor: Floor): Map<string, number> {
  const known = countCache.get(constraint)
  if (known?.floor === floor) return known.counts
  const counts = new Map<string, number>()
  for (const node of floor.nodes) {
    const domain = node.metadata.labels?.[constraint.topologyKey]
    if (domain === undefined || !counted(constraint, pod.spec, node)) continue
    const matching = (floor.placed.get(node.metadata.name) ?? []).filter(
      (other) =>
        other.metadata.namespace === pod.namespace &&
        !other.metadata.deletionTimestamp &&
        matchesSelector(constraint.labelSelector, other.metadata.labels),
    )
    counts.set(domain, (counts.get(domain) ?? 0) + matching.length)
  }
  countCache.set(constraint, { floor, counts })
  return counts
}

function counted(constraint: TopologySpreadConstraint, spec: PodSpec, node: Node): boolean {
  if (constraint.nodeTaintsPolicy === 'Honor' && untoleratedTaints(node, spec.tolerations).length > 0) return false
  if (constraint.nodeAffinityPolicy === 'Ignore') return true
  const labels = node.metadata.labels
  if (Object.entries(spec.nodeSelector ?? {}).some(([key, value]) => labels?.[key] !== value)) return false
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return !terms || matchesNodeTerms(terms, labels, node.metadata.name)
}
