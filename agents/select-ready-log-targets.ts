import { concerns } from '#src/causes/concerns.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { compareSeverity } from '#src/domain/severity.ts'
import type { LogTarget } from './select-log-targets.ts'

const podsPerContainer = 2
const mostTargets = 12
/** Beside a fault that was found only a few are worth the time. */
const mostBeside = 6
/** A container that has only just started may still be finding its dependencies. */
const settledMs = 60_000

/**
 * Ready containers whose log is read although they are well: a program can be ready and fail at its work all the same. The
 * workload in question comes first. Beside something that was found only troubles count that it cannot explain, unless the
 * workload in question has no part in it.
 */
export function selectReadyLogTargets(
  view: ClusterView,
  findings: readonly FindingDraft[],
  asked: ResourceRef,
): LogTarget[] {
  if (view.snapshot.namespace === undefined) return []
  const isAsked = concerns(asked, view)
  const weighty = findings.filter((finding) => compareSeverity(finding.severity, 'low') < 0)
  const isFree = weighty.length === 0
  const ready = view.list('Pod').flatMap((pod) => readyContainers(pod, view))
  const near = (target: LogTarget): boolean =>
    isAsked({ resource: target.workload, affects: [{ kind: 'Pod', namespace: target.namespace, name: target.pod }] })
  const groups = Map.groupBy(ready, ({ workload, container }) => `${refKey(workload)}/${container}`)
  const explained = asked.kind === 'Namespace' || weighty.some(isAsked)
  return [...groups.values()]
    .flatMap((group) => group.slice(0, isFree ? podsPerContainer : 1))
    .toSorted((left, right) => Number(near(right)) - Number(near(left)))
    .slice(0, isFree ? mostTargets : mostBeside)
    .map((target) => ({ ...target, ready: isFree || (near(target) && !explained) ? 'any' : 'own' }))
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
    ready: 'any' as const,
  }))
}

function isSettled(view: ClusterView): (status: ContainerStatus) => boolean {
  return ({ ready, state }) => ready && (view.ageOf(state?.running?.startedAt) ?? 0) >= settledMs
}
