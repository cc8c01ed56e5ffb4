import type { ContainerInstance } from './pod-groups.ts'

/** Where a status field of a container is found: `.status.containerStatuses[1].lastState`. */
export function statusPath({ pod, spec, role }: ContainerInstance, field: string): string {
  const list = role === 'app' ? 'containerStatuses' : 'initContainerStatuses'
  const index = (pod.status?.[list] ?? []).findIndex((status) => status.name === spec.name)
  return `.status.${list}[${index}].${field}`
}
