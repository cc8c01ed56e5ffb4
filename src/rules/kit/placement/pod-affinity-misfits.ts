import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { Node, Pod, PodAffinityTerm } from '#src/domain/kubernetes/objects.ts'
import type { Candidate, Floor, Misfit } from './misfit.ts'

const misfit = (term: PodAffinityTerm, wanted: string): Misfit => ({
  predicate: 'pod_affinity',
  key: term.topologyKey,
  wanted: `${wanted} ${describeSelector(term)}`,
})

/** Required pod affinity and anti-affinity terms that a node would break, as far as the pods are seen. */
export function podAffinityMisfits(pod: Candidate, node: Node, floor: Floor): Misfit[] {
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
