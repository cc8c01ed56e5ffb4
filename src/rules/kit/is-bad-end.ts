import type { ContainerState } from '#src/domain/kubernetes/objects.ts'
import type { ContainerInstance } from './pod-groups.ts'

/** Did it end though it should not? Exit 0 is a crash only of something that is meant to run for ever, and that the kubelet did not end for an eviction. */
export function isBadEnd(
  { pod, role }: ContainerInstance,
  end: NonNullable<ContainerState['terminated']>,
  restarts: number,
): boolean {
  if (end.exitCode !== 0) return true
  const forever = role === 'sidecar' || (role === 'app' && (pod.spec.restartPolicy ?? 'Always') === 'Always')
  return forever && restarts > 0
}
