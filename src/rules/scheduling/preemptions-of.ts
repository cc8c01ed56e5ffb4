import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { PendingCase } from './pending-case.ts'

const memory = 60 * 60 * 1000

/** Preemptions of earlier pods of the waiting workload within the last hour, newest first: those pods are gone, their names remain. */
export function preemptionsOf({
  waiting,
  pod,
  floor: { view },
}: Pick<PendingCase, 'waiting' | 'pod' | 'floor'>): ClusterEvent[] {
  const owner = pod.metadata.ownerReferences?.find((each) => each.controller)?.name ?? waiting.workload.name
  return view.snapshot.events
    .filter(
      (event) =>
        event.reason === 'Preempted' &&
        event.namespace === pod.metadata.namespace &&
        event.regarding.name.startsWith(`${owner}-`) &&
        (view.ageOf(event.last_seen) ?? memory) < memory,
    )
    .toSorted((left, right) => right.last_seen.localeCompare(left.last_seen))
}
