import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'

/** What to observe: the incident's object and namespace. `wider`: what an earlier picture turned out to lack. */
export interface ObserveRequest {
  resource: ResourceRef
  namespace?: string
  wider?: ResourceRef[]
}

/** Incident to Snapshot. Rejects only where `signal` is aborted: a cluster out of reach is a picture of nothing, with the gap. */
export type Observe = (request: ObserveRequest, signal: AbortSignal) => Promise<Snapshot>
