import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import type { Service } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { nearName } from '#src/rules/kit/near-name.ts'
import { type ServingWorkload, servingWorkloads } from './serving-workloads.ts'

/** The workload that a service was most likely meant for, and the selector that would find its pods and no others. */
export interface Likeness {
  workload: ResourceRef
  labels: Record<string, string>
  selector: Record<string, string>
}

/** With thousands of services and workloads only the first few services are held so closely against all workloads. */
const mostCompared = 5_000
const cache = new WeakMap<ClusterView, Map<Service, Likeness | undefined>>()

/** Held against the service by its name and by each label of the selector; undefined where none or more than one comes close. */
export function closestWorkload(view: ClusterView, service: Service): Likeness | undefined {
  const known = cache.get(view) ?? new Map<Service, Likeness | undefined>()
  cache.set(view, known)
  if (known.has(service)) return known.get(service)
  const candidates = servingWorkloads(view, service.metadata.namespace)
  if (known.size > 0 && (known.size + 1) * candidates.length > mostCompared) return undefined
  const closest = compare(service, candidates)
  known.set(service, closest)
  return closest
}

function compare(service: Service, candidates: readonly ServingWorkload[]): Likeness | undefined {
  const selector = service.spec.selector ?? {}
  const scored = candidates
    .map((candidate) => ({ candidate, score: likeness(service, selector, candidate) }))
    .filter(({ score }) => score >= 1)
    .toSorted((left, right) => right.score - left.score)
  const [best, second] = scored
  if (!best || second?.score === best.score) return undefined
  return { ...best.candidate, selector: selectorFor(selector, best.candidate, candidates) }
}

function likeness(service: Service, selector: Record<string, string>, candidate: ServingWorkload): number {
  const perLabel = Object.entries(selector).map(([key, value]) => {
    const own = candidate.labels[key]
    if (own === value) return 2
    if (own !== undefined && nearName(value, [own]) !== undefined) return 1.5
    return own !== undefined ? 0.5 : Object.values(candidate.labels).includes(value) ? 1 : 0
  })
  const names =
    service.metadata.name === candidate.workload.name
      ? 2
      : nearName(service.metadata.name, [candidate.workload.name])
        ? 1
        : 0
  return perLabel.reduce<number>((sum, score) => sum + score, names)
}

/** The same keys with the values of the template; the workload's own identity where these would find other pods as well. */
function selectorFor(
  selector: Record<string, string>,
  { labels, identity }: ServingWorkload,
  candidates: readonly ServingWorkload[],
): Record<string, string> {
  const same = Object.keys(selector).flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]] as const]))
  const proposed = Object.fromEntries(same)
  const found = candidates.filter((candidate) => matchesMap(proposed, candidate.labels))
  return found.length === 1 ? proposed : identity
}
