import type { ClusterView } from '../../../domain/cluster-view.ts'
import type { EvidenceDraft } from '../../../domain/evidence.ts'
import { eventEvidence, objectEvidence } from '../../../domain/evidence-draft.ts'
import { statusPath } from '../drafting/status-path.ts'
import { eventsOfContainer } from './events-of-container.ts'
import type { ContainerInstance } from './pod-groups.ts'

/** Words about a container that does not start, and where they stand. */
export interface Told {
  text: string
  evidence: EvidenceDraft
}

/** Several families ask the same of the same container. */
const cache = new WeakMap<ClusterView, Map<string, Told[]>>()

/**
 * What the state, the last end and the `Failed` events say of a container that waits or has ended; empty once it runs, for then
 * its failed starts are history.
 */
export function toldOf(view: ClusterView, instance: ContainerInstance): Told[] {
  const known = cache.get(view) ?? new Map<string, Told[]>()
  cache.set(view, known)
  const key = `${instance.pod.metadata.namespace}/${instance.pod.metadata.name}/${instance.spec.name}`
  const told = known.get(key) ?? readWords(view, instance)
  known.set(key, told)
  return told
}

function readWords(view: ClusterView, instance: ContainerInstance): Told[] {
  const { status, pod } = instance
  if (!status || status.ready || status.state?.running) return []
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
