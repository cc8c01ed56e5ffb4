import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import type { Coverage, Snapshot } from '#src/domain/snapshot.ts'

/*
 * A recorded incident as a Snapshot without a server in between: for the tests of pure rules. What the recordings lack (leases,
 * ingress classes, cluster roles, kube-system) stays unseen.
 */

/** Where recorded incidents lie; the same variable that the service's own commands read. */
export const scenarioFolder = process.env['SRE_AGENT_SCENARIOS'] ?? 'practice/incidents'

/** Names of the recorded incidents, sorted. */
export function scenarioNames(folder = scenarioFolder): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'objects.json')))
    .toSorted()
}

interface RawEvent {
  metadata: { uid: string; namespace: string; creationTimestamp: string }
  type: string
  reason: string
  message?: string
  count?: number
  firstTimestamp?: string
  lastTimestamp?: string
  eventTime?: string
  series?: { count: number; lastObservedTime: string }
  involvedObject: { kind: string; namespace?: string; name: string; uid?: string; fieldPath?: string }
  reportingComponent?: string
}

function toEvent(raw: RawEvent): ClusterEvent {
  const first = raw.firstTimestamp ?? raw.eventTime ?? raw.metadata.creationTimestamp
  return {
    uid: raw.metadata.uid,
    namespace: raw.metadata.namespace,
    type: raw.type,
    reason: raw.reason,
    message: raw.message ?? '',
    regarding: raw.involvedObject,
    count: raw.series?.count ?? raw.count ?? 1,
    first_seen: first,
    last_seen: raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.eventTime ?? first,
    reporter: raw.reportingComponent,
  }
}

const namespacedKinds: ObservedKind[] = [
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'ControllerRevision',
  'Job',
  'CronJob',
  'Service',
  'EndpointSlice',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'PersistentVolumeClaim',
  'Ingress',
  'NetworkPolicy',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'ResourceQuota',
  'LimitRange',
  'Role',
  'RoleBinding',
]
const clusterKinds: ObservedKind[] = ['Node', 'PersistentVolume', 'StorageClass', 'PriorityClass']

function project(item: KubernetesObject): KubernetesObject {
  if (item.kind !== 'Secret') return item
  const { data, ...rest } = item as KubernetesObject & { data?: Record<string, string> }
  return Object.assign(rest, { keys: Object.keys(data ?? {}) })
}

/** The snapshot of a recorded incident; `namespace` is the incident's. */
export function recordedSnapshot(name: string, folder = scenarioFolder): Snapshot {
  const list = JSON.parse(readFileSync(join(folder, name, 'objects.json'), 'utf8')) as {
    metadata: { recordedAt: string }
    items: KubernetesObject[]
  }
  const namespaces = list.items.filter((item) => item.kind === 'Namespace').map((item) => item.metadata.name)
  const objects: Record<string, KubernetesObject[]> = {}
  const events: ClusterEvent[] = []
  for (const item of list.items) {
    if (item.kind === 'Event') events.push(toEvent(item as unknown as RawEvent))
    else (objects[item.kind] ??= []).push(project(item))
  }
  const coverage: Record<string, Coverage> = {}
  for (const namespace of namespaces)
    for (const kind of [...namespacedKinds, 'Event']) coverage[`${kind}/${namespace}`] = 'complete'
  for (const kind of clusterKinds) coverage[`${kind}/`] = 'complete'
  return {
    taken_at: list.metadata.recordedAt,
    namespace: namespaces[0],
    objects,
    events,
    coverage,
    absent: [],
    missing_apis: ['metrics.k8s.io'],
    gaps: [],
    cost: { requests: 0, bytes: 0, ms: 0 },
  }
}

/** The indexed view of a recorded incident. */
export function recordedView(name: string, folder = scenarioFolder): ClusterView {
  return new ClusterView(recordedSnapshot(name, folder))
}

/** Lines of a recorded container log; undefined where the recording holds none (or the API's error instead). */
export function recordedLog(
  name: string,
  pod: string,
  container: string,
  previous = false,
  folder = scenarioFolder,
): string[] | undefined {
  const path = join(folder, name, 'logs', `${pod}__${container}${previous ? '.previous' : ''}.log`)
  if (!existsSync(path)) return undefined
  const text = readFileSync(path, 'utf8')
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
