import type { Gap } from '#src/domain/gap.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { ObservedKind, ObservedKinds } from '#src/domain/kubernetes/observed-kinds.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'

/*
 * The ports of observation, which turns an incident into a snapshot: the namespace and what its objects refer to, bounded in objects,
 * bytes and time. It reads objects and events; logs and metrics belong to their teams. A read that fails is a gap, never an empty list.
 */

/** The bounds of one read. `timeout_ms` is per HTTP call. */
export interface ReadLimits {
  max_objects: number
  max_bytes: number
  timeout_ms: number
}

/** Which objects of a kind. Without a namespace: cluster-scoped, or all namespaces. */
export interface ListRequest<K extends ObservedKind = ObservedKind> {
  kind: K
  namespace?: string
  field_selector?: string
  label_selector?: string
  limits: ReadLimits
}

/** One object by name. */
export interface GetRequest<K extends ObservedKind = ObservedKind> {
  kind: K
  namespace?: string
  name: string
  /** Also the managers of fields, which are dropped otherwise. */
  ownership?: boolean
  limits: ReadLimits
}

/** Which events; without a namespace, of all. */
export interface EventsRequest {
  namespace?: string
  field_selector?: string
  limits: ReadLimits
}

/** A read that failed, and the gap that it leaves. */
export interface ReadFailure {
  status: 'forbidden' | 'not_served' | 'unauthorized' | 'unreachable' | 'timeout' | 'failed'
  gap: Gap
}

/** `truncated` comes with a `gap` that gives the reason: a bound, or a page that failed. */
export type ListAnswer<T> =
  | {
      status: 'ok'
      items: T[]
      truncated: boolean
      gap?: Gap
      requests: number
      bytes: number
      resource_version?: string
    }
  | ReadFailure

/** `not_found` is proof of absence. */
export type GetAnswer<T> = { status: 'ok'; item: T; bytes: number } | { status: 'not_found' } | ReadFailure

/** What the server reports about itself; a field that could not be read is absent. */
export interface ClusterDescription {
  version?: string
  /** The API groups that are served. */
  groups?: string[]
}

/** Read access to one cluster. Throws only on abort. */
export interface ClusterReader {
  list<K extends ObservedKind>(request: ListRequest<K>, signal: AbortSignal): Promise<ListAnswer<ObservedKinds[K]>>
  get<K extends ObservedKind>(request: GetRequest<K>, signal: AbortSignal): Promise<GetAnswer<ObservedKinds[K]>>
  events(request: EventsRequest, signal: AbortSignal): Promise<ListAnswer<ClusterEvent>>
  describe(signal: AbortSignal): Promise<ClusterDescription>
}

/** The subject of an incident. `wider`: objects that an earlier snapshot lacked. */
export interface ObserveRequest {
  resource: ResourceRef
  namespace?: string
  wider?: ResourceRef[]
}

/** From an incident to a snapshot. Throws only where `signal` is aborted: an unreachable cluster gives an empty snapshot with a gap. */
export type Observe = (request: ObserveRequest, signal: AbortSignal) => Promise<Snapshot>
