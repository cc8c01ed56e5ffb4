import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'

/** What the leader wants to see: the incident's object and namespace, and on a second look what findings pointed to. */
export interface ObserveRequest {
  resource: ResourceRef
  namespace?: string
  wider?: ResourceRef[]
}

/** Takes the picture of the cluster. Never rejects but on abort: what could not be seen is in the picture's gaps. */
export type Observe = (request: ObserveRequest, signal: AbortSignal) => Promise<Snapshot>
