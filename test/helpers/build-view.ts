import { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import type { Coverage, Snapshot } from '#src/domain/snapshot.ts'

/** The clock of every picture that is built for a test. */
const clock = '2026-03-04T12:00:00Z'

/** The namespace of every object that is built for a test. */
export const namespace = 'shop'

/** The ISO time so many seconds before the clock of the picture. */
export function ago(seconds: number): string {
  return new Date(Date.parse(clock) - seconds * 1000).toISOString()
}

const everyKind =
  'Pod Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision Job CronJob Service EndpointSlice ConfigMap Secret ServiceAccount PersistentVolumeClaim Ingress NetworkPolicy HorizontalPodAutoscaler PodDisruptionBudget ResourceQuota LimitRange Role RoleBinding Event'
const clusterKinds = ['Node', 'Namespace', 'PersistentVolume', 'StorageClass', 'PriorityClass']

export interface SnapshotOptions {
  events?: ClusterEvent[]
  /** Kinds of the namespace whose list was refused. */
  unseen?: (ObservedKind | 'Event')[]
  more?: Partial<Snapshot>
}

const home: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, uid: 'uid-home' } }

/** A snapshot in which everything was seen, except what `unseen` names; the namespace itself is there. */
export function snapshot(objects: KubernetesObject[], options: SnapshotOptions = {}): Snapshot {
  const byKind: Record<string, KubernetesObject[]> = {}
  for (const object of objects) (byKind[object.kind] ??= []).push(object)
  byKind['Namespace'] ??= [home]
  const coverage: Record<string, Coverage> = {}
  for (const kind of everyKind.split(' ')) coverage[`${kind}/${namespace}`] = 'complete'
  for (const kind of clusterKinds) coverage[`${kind}/`] = 'complete'
  for (const kind of options.unseen ?? []) {
    coverage[`${kind}/${namespace}`] = 'unseen'
    coverage[`${kind}/`] = 'unseen'
  }
  return {
    taken_at: clock,
    namespace,
    objects: byKind,
    events: options.events ?? [],
    coverage,
    absent: [],
    missing_apis: [],
    gaps: [],
    cost: { requests: 0, bytes: 0, ms: 0 },
    ...options.more,
  }
}

/** The indexed view of a snapshot built from these objects. */
export function clusterView(objects: KubernetesObject[], options: SnapshotOptions = {}): ClusterView {
  return new ClusterView(snapshot(objects, options))
}
