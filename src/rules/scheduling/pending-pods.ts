import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { conditionOf } from '#src/rules/kit/condition-of.ts'

/** The pods of one workload that the scheduler cannot place (or that a gate holds back), and its own account. */
export interface PendingPods {
  workload: ResourceRef
  pods: Pod[]
  reason: string
  message: string
  since?: string
}

/** Pods without a node, by workload: the state says so, events may be long gone. */
export function pendingPods(view: ClusterView): PendingPods[] {
  const waiting = view.list('Pod').flatMap((pod) => {
    const scheduled = conditionOf(pod, 'PodScheduled')
    if (pod.spec.nodeName || pod.metadata.deletionTimestamp || scheduled?.status !== 'False') return []
    return [{ pod, scheduled }]
  })
  const groups = Map.groupBy(waiting, ({ pod, scheduled }) => `${refKey(view.workloadOf(pod))}/${scheduled.reason}`)
  return [...groups.values()].flatMap((group) => {
    const first = group[0]
    if (!first) return []
    const latest = view.eventsOf(first.pod).find((event) => event.reason === 'FailedScheduling')
    return [
      {
        workload: view.workloadOf(first.pod),
        pods: group.map(({ pod }) => pod),
        reason: first.scheduled.reason ?? '',
        message: first.scheduled.message ?? latest?.message ?? '',
        since: group.map(({ scheduled }) => scheduled.lastTransitionTime ?? '').toSorted()[0],
      },
    ]
  })
}
