import { matchesNodeTerms, matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { Node, PodSpec, TopologySpreadConstraint } from '#src/domain/kubernetes/objects.ts'
import type { Candidate, Floor, Misfit } from './misfit.ts'
import { untoleratedTaints } from './untolerated-taints.ts'

/** Topology spread constraints that a node would break, with the skew that it would come to. */
export function spreadMisfits(pod: Candidate, node: Node, floor: Floor): Misfit[] {
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

const countCache = new WeakMap<TopologySpreadConstraint, { floor: Floor; counts: Map<string, number> }>()

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
