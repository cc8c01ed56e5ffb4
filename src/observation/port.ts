import type { Gap } from '#src/domain/gap.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { ObservedKind, ObservedKinds } from '#src/domain/kubernetes/objects.ts'

/*
 * Observation turns an incident into a Snapshot: the namespace and what its objects refer to, bounded in objects, bytes and time.
 * Objects and events only; logs and metrics belong to their teams. A read that fails is a gap, never an empty list.
 */

/** How far one read may go. `timeout_ms` holds for each call on the wire. */
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
  /** Also who wrote which fields, which is otherwise dropped early. */
  ownership?: boolean
  limits: ReadLimits
}

/** Which events; without a namespace, of all. */
export interface EventsRequest {
  namespace?: string
  field_selector?: string
  limits: ReadLimits
}

/** A read that told nothing, and the gap that it leaves. */
export interface ReadFailure {
  status: 'forbidden' | 'not_served' | 'unauthorized' | 'unreachable' | 'timeout' | 'failed'
  gap: Gap
}

/** `truncated` with a `gap` that says why: a bound, or a page that broke off. */
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

/** What the server says of itself; a field that could not be read is absent. */
export interface ClusterDescription {
  version?: string
  /** The API groups that are served. */
  groups?: string[]
}

/** Read access to one cluster. Never throws but on abort. */
export interface ClusterReader {
  list<K extends ObservedKind>(request: ListRequest<K>, signal: AbortSignal): Promise<ListAnswer<ObservedKinds[K]>>
  get<K extends ObservedKind>(request: GetRequest<K>, signal: AbortSignal): Promise<GetAnswer<ObservedKinds[K]>>
  events(request: EventsRequest, signal: AbortSignal): Promise<ListAnswer<ClusterEvent>>
  describe(signal: AbortSignal): Promise<ClusterDescription>
}
