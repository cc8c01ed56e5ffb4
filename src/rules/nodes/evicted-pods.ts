import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** One pod that a kubelet threw out, whatever shape it was left in. */
export interface EvictedPod {
  workload: ResourceRef
  pod: ResourceRef
  /** The pod itself, where it is still in the snapshot. */
  object?: Pod
  message: string
  at: string
  evidence: EvidenceDraft
}

/**
 * Evictions by the kubelet. A program that ends well on SIGTERM leaves a Succeeded pod without a reason, one that does not leaves
 * a Failed one with reason Evicted, and a pod that a node under pressure refuses has no statuses at all: the event and the
 * pod's own status are read together. Pods that are gone are reported by their events.
 */
export function evictedPods(view: ClusterView): EvictedPod[] {
  const seen = new Set<string>()
  const fromPods = view.list('Pod').flatMap((pod): EvictedPod[] => {
    const event = view.eventsOf(pod).find(isEviction)
    const own = pod.status?.reason === 'Evicted' ? pod.status.message : undefined
    if (!event && own === undefined) return []
    seen.add(pod.metadata.name)
    const message = own ?? event?.message ?? ''
    const at = event?.last_seen ?? lastTime(pod)
    const evidence = event
      ? eventEvidence(event)
      : objectEvidence(view.snapshot, pod, '.status.message', `pod ${pod.metadata.name} was evicted: ${message}`)
    return [{ workload: view.workloadOf(pod), pod: refOf(pod), object: pod, message, at, evidence }]
  })
  const fromEvents = view.snapshot.events.flatMap((event): EvictedPod[] => {
    if (!isEviction(event) || event.regarding.kind !== 'Pod' || seen.has(event.regarding.name)) return []
    const { kind, namespace, name } = event.regarding
    const workload = ownerByName(view, namespace, name)
    return workload
      ? [
          {
            workload,
            pod: { kind, namespace, name },
            message: event.message,
            at: event.last_seen,
            evidence: eventEvidence(event),
          },
        ]
      : []
  })
  return [...fromPods, ...fromEvents].toSorted((left, right) => right.at.localeCompare(left.at))
}

function isEviction(event: ClusterEvent): boolean {
  return event.reason === 'Evicted'
}

function lastTime(pod: Pod): string {
  const ends = (pod.status?.containerStatuses ?? []).flatMap((status) => status.state?.terminated?.finishedAt ?? [])
  const conditions = (pod.status?.conditions ?? []).flatMap((condition) => condition.lastTransitionTime ?? [])
  return [...ends, ...conditions, pod.metadata.creationTimestamp ?? ''].toSorted().at(-1) ?? ''
}

/** Pods carry the name of what made them before their last dash. */
function ownerByName(view: ClusterView, namespace: string | undefined, pod: string): ResourceRef | undefined {
  const makers = [
    ...view.list('ReplicaSet'),
    ...view.list('StatefulSet'),
    ...view.list('DaemonSet'),
    ...view.list('Job'),
  ]
  const maker = makers.find(
    (each) => each.metadata.namespace === namespace && each.metadata.name === pod.slice(0, pod.lastIndexOf('-')),
  )
  return maker && view.workloadOf(maker)
}
