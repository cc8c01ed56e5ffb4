import type { Pod } from '#src/domain/kubernetes/objects.ts'

/** True for a pod that serves: its Ready condition is True, whatever its containers say, and it is not being deleted. */
export function isPodReady(pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp) return false
  return (pod.status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
}
