import type { Gap } from './gap.ts'
import type { ClusterEvent } from './kubernetes/event.ts'
import type { ObservedKind, ObservedKinds } from './kubernetes/observed-kinds.ts'

/**
 * How much of a kind was seen in a scope (a namespace, or '' for the cluster).
 * `complete`: absence is proved. `partial`: cut by a bound or a broken read. `unseen`: refused, failed or never asked.
 */
export type Coverage = 'complete' | 'partial' | 'unseen'

/** Bounded copy of the cluster around the incident: objects and events, never logs or metrics. */
export interface Snapshot {
  /** The clock of the snapshot; every age is computed from it. ISO. */
  taken_at: string
  /** The incident's namespace; absent for a cluster-scoped incident. */
  namespace?: string
  cluster_version?: string
  objects: { [K in ObservedKind]?: ObservedKinds[K][] }
  events: ClusterEvent[]
  /** Key: `Kind/namespace` (`Kind/` for cluster scope); `Event/namespace` for events. Absent means unseen. */
  coverage: Record<string, Coverage>
  /** Single objects that were asked for by name and are proved not to exist: refKey(). */
  absent: string[]
  /** API groups that the server says it does not serve, e.g. `metrics.k8s.io`. */
  missing_apis: string[]
  gaps: Gap[]
  /** Bytes and requests that the snapshot cost. */
  cost: { requests: number; bytes: number; ms: number }
}
