import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'

/** A Warning event about a pod; `number` tells events apart and sets their time. */
export function buildClusterEvent(number: number, parts: Partial<ClusterEvent> = {}): ClusterEvent {
  const at = new Date(Date.UTC(2099, 10, 21, 12, 0, number)).toISOString()
  return {
    uid: `uid-${number}`,
    namespace: 'shop',
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    regarding: { kind: 'Pod', namespace: 'shop', name: `cart-${number}` },
    count: 1,
    first_seen: at,
    last_seen: at,
    ...parts,
  }
}
