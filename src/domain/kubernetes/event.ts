import type { ResourceRef } from '#src/domain/resource-ref.ts'

/**
 * A Kubernetes event of either API in one shape. `count` is 1 where both APIs leave it null; `first_seen` and `last_seen` come
 * from series, lastTimestamp, deprecated fields or eventTime, in this order, and are never null.
 */
export interface ClusterEvent {
  uid: string
  namespace: string
  type: string
  reason: string
  message: string
  regarding: ResourceRef & { uid?: string; fieldPath?: string }
  count: number
  first_seen: string
  last_seen: string
  reporter?: string
}
