import type { EvidenceDraft } from './evidence.ts'
import type { ClusterEvent } from './kubernetes/event.ts'
import type { KubernetesObject } from './kubernetes/objects.ts'
import type { Snapshot } from './snapshot.ts'

/** A fact read from a field of an object. `path` is a JSONPath below the object: `.status.containerStatuses[0].lastState`. */
export function objectEvidence(
  snapshot: Snapshot,
  object: KubernetesObject,
  path: string,
  statement: string,
  trust: EvidenceDraft['trust'] = 'api',
): EvidenceDraft {
  const { namespace, name, uid, resourceVersion } = object.metadata
  return {
    source: 'object',
    statement,
    observed_at: snapshot.taken_at,
    trust,
    ref: { object: { kind: object.kind, namespace, name, uid, resource_version: resourceVersion, path } },
  }
}

/** A fact that an event reports. Its message may contain a workload's text, so its trust is `workload_text`. */
export function eventEvidence(event: ClusterEvent): EvidenceDraft {
  const times = event.count > 1 ? ` (${event.count} times)` : ''
  return {
    source: 'event',
    statement: `${event.reason} on ${event.regarding.kind} ${event.regarding.name}${times}: ${event.message}`,
    observed_at: event.last_seen,
    trust: 'workload_text',
    ref: { event: { uid: event.uid } },
  }
}
