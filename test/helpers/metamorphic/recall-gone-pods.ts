import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Recording, Retold } from './recording.ts'
import { addHealthyWorkload } from './add-healthy-workload.ts'

const warnings = [
  ['BackOff', 'Back-off restarting failed container wishes in pod wishlist-7f9c5d6b44-q2wlm_shop(0a1b)'],
  ['FailedScheduling', '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available.'],
  ['FailedMount', 'MountVolume.SetUp failed for volume "wishes" : secret "wishes-tls" not found'],
  ['Failed', 'Failed to pull image "registry.wishes.example/wishlist:2.6.9": not found'],
  ['Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 503'],
] as const

/** Half an hour ago a pod had every trouble there is; it is gone, and its workload is well. */
export function recallGonePods(recording: Recording): Retold {
  const { recording: retold } = addHealthyWorkload(recording)
  const { snapshot } = retold
  const seen = new Date(Date.parse(snapshot.taken_at) - 1_800_000).toISOString()
  const namespace = snapshot.namespace ?? 'default'
  const regarding = { kind: 'Pod', namespace, name: 'wishlist-7f9c5d6b44-q2wlm', uid: 'uid-of-a-pod-that-is-gone' }
  const told = warnings.map(([reason, message], index): ClusterEvent => {
    const uid = `gone-${index}`
    return { uid, namespace, type: 'Warning', reason, message, regarding, count: 9, first_seen: seen, last_seen: seen }
  })
  return { recording: { ...retold, snapshot: { ...snapshot, events: [...snapshot.events, ...told] } } }
}
