import { concerns } from '../src/analyzers/concerns.ts'
import type { ClusterView } from '../src/domain/cluster-view.ts'
import type { FindingDraft } from '../src/domain/finding.ts'
import type { ContainerStatus, Pod } from '../src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '../src/domain/resource-ref.ts'
import { compareSeverity } from '../src/domain/severity.ts'
import type { LogTarget } from './select-log-targets.ts'

const podsPerContainer = 2
const mostTargets = 12
/** A container that has only just started may still be finding its dependencies. */
const settledMs = 60_000

/**
 * Ready containers whose log is read although they are well: a program can be ready and fail at its work all the same. Asked where
 * nothing of weight was found in the whole namespace, or not about the workload in question; that workload comes first.
 */
export function selectReadyLogTargets(
  view: ClusterView,
  findings: readonly FindingDraft[],
  asked: ResourceRef,
): LogTarget[] {
  if (view.snapshot.namespace === undefined) return []
  const weighty = findings.filter((finding) => compareSeverity(finding.severity, 'low') < 0)
  const isAsked = concerns(asked, view)
  const explained = asked.kind === 'Namespace' ? weighty.length > 0 : weighty.some(isAsked)
  if (explained) return []
  const ready = view.list('Pod').flatMap((pod) => readyContainers(pod, view))
  const near = (target: LogTarget): boolean =>
    isAsked({ resource: target.workload, affects: [{ kind: 'Pod', namespace: target.namespace, name: target.pod }] })
  const meant = weighty.length > 0 ? ready.filter(near) : ready
  const groups = Map.groupBy(meant, ({ workload, container }) => `${refKey(workload)}/${container}`)
  return [...groups.values()]
    .flatMap((group) => group.slice(0, podsPerContainer))
    .toSorted((left, right) => Number(near(right)) - Number(near(left)))
    .slice(0, mostTargets)
}

function readyContainers(pod: Pod, view: ClusterView): LogTarget[] {
  if (pod.metadata.deletionTimestamp || pod.status?.phase !== 'Running') return []
  return (pod.status.containerStatuses ?? []).filter(isSettled(view)).map((status) => ({
    namespace: pod.metadata.namespace ?? '',
    pod: pod.metadata.name,
    container: status.name,
    workload: view.workloadOf(pod),
    restarts: 0,
    state: 'running, ready',
    ready: true,
  }))
}

function isSettled(view: ClusterView): (status: ContainerStatus) => boolean {
  return ({ ready, state }) => ready && (view.ageOf(state?.running?.startedAt) ?? 0) >= settledMs
}
