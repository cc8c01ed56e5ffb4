import type { ClusterView } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { type ContainerInstance, statusPath } from './pods.ts'

/** Words about a container that does not start, and where they stand. */
export interface ContainerMessage {
  text: string
  evidence: EvidenceDraft
}

/** Several families ask the same of the same container. */
const cache = new WeakMap<ClusterView, Map<Pod, Map<string, ContainerMessage[]>>>()

/**
 * What the state, the last end and the `Failed` events say of a container that waits or has ended; empty once it runs, for then
 * its failed starts are history.
 */
export function messagesOf(view: ClusterView, instance: ContainerInstance): ContainerMessage[] {
  // Most containers run: for them there are no messages to keep.
  if (!isDown(instance)) return []
  const byPod = cache.get(view) ?? new Map<Pod, Map<string, ContainerMessage[]>>()
  cache.set(view, byPod)
  const known = byPod.get(instance.pod) ?? new Map<string, ContainerMessage[]>()
  byPod.set(instance.pod, known)
  const reported = known.get(instance.spec.name) ?? readWords(view, instance)
  known.set(instance.spec.name, reported)
  return reported
}

function isDown({ status }: ContainerInstance): boolean {
  return status !== undefined && !status.ready && !status.state?.running
}

function readWords(view: ClusterView, instance: ContainerInstance): ContainerMessage[] {
  const { status, pod } = instance
  if (!status) return []
  const fromState = [
    { text: status.state?.waiting?.message, field: 'state.waiting' },
    { text: status.state?.terminated?.message, field: 'state.terminated' },
    { text: status.lastState?.terminated?.message, field: 'lastState.terminated' },
  ].flatMap(({ text, field }) =>
    text
      ? [{ text, evidence: objectEvidence(view.snapshot, pod, statusPath(instance, field), text, 'workload_text') }]
      : [],
  )
  const fromEvents = eventsOfContainer(view, instance)
    .filter((event) => event.reason === 'Failed' || event.reason === 'InspectFailed')
    .map((event) => ({ text: event.message, evidence: eventEvidence(event) }))
  return [...fromState, ...fromEvents]
}

/** Events about one container of a pod, newest first; one without a field path counts for a pod of one container. */
export function eventsOfContainer(view: ClusterView, { pod, spec }: ContainerInstance): ClusterEvent[] {
  const single = pod.spec.containers.length === 1 && !pod.spec.initContainers?.length
  return view.eventsOf(pod).filter((event) => {
    const path = event.regarding.fieldPath
    return path === undefined ? single : path.endsWith(`{${spec.name}}`)
  })
}
