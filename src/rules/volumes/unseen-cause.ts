import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { PersistentVolumeClaim } from '#src/domain/kubernetes/objects.ts'
import { conditionOf } from '#src/rules/kit/condition-of.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { claimUsers } from '#src/rules/kit/claim-users.ts'
import type { ClaimCause } from './pending-claim.ts'

/**
 * A claim that holds its pods up while what it waits for may not be read: the claim is told, and what is hidden with it. A claim
 * that only waits for its first pod to be scheduled is no fault, so the scheduler itself must complain of the volume.
 */
export function unseenCause(view: ClusterView, claim: PersistentVolumeClaim, users: string): ClaimCause | undefined {
  const hidden = hiddenParts(view, claim)
  if (hidden.length === 0 || !holdsUp(view, claim)) return undefined
  const { namespace, name } = claim.metadata
  const asks = claim.spec.storageClassName ? ` (storage class ${claim.spec.storageClassName})` : ''
  const unread = hidden.join(' and ')
  return {
    mechanism: 'pvc_unbound',
    confidence: 0.65,
    confidence_reason: `the claim is Pending and its pods wait for it; ${unread} could not be read, so the reason is not known`,
    statement: `PersistentVolumeClaim ${name}${asks} is Pending${users}; why cannot be told, for ${unread} could not be read`,
    remedies: [
      escalate(
        { kind: 'PersistentVolumeClaim', namespace, name },
        'the platform team',
        `Why does claim ${name}${asks} not bind? Reading ${unread} was not possible here: kubectl describe pvc ${name} -n ${namespace}; kubectl get storageclass,pv`,
        'what a claim waits for is cluster-wide and is hidden from this role',
      ),
    ],
  }
}

function hiddenParts(view: ClusterView, claim: PersistentVolumeClaim): string[] {
  const name = claim.spec.storageClassName
  const knowsClass = name
    ? view.existence('StorageClass', undefined, name) !== 'unseen'
    : view.covers('StorageClass', undefined)
  return [
    ...(knowsClass ? [] : [name ? `StorageClass ${name}` : 'the storage classes']),
    ...(view.covers('PersistentVolume', undefined) ? [] : ['the persistent volumes']),
  ]
}

function holdsUp(view: ClusterView, claim: PersistentVolumeClaim): boolean {
  return claimUsers(view, claim).pods.some((pod) => {
    const scheduled = conditionOf(pod, 'PodScheduled')
    const words = scheduled?.message ?? view.eventsOf(pod).find((event) => event.reason === 'FailedScheduling')?.message
    return scheduled?.status === 'False' && /persistentvolumeclaim|persistent volumes? to bind/i.test(words ?? '')
  })
}
