import type { ContainerGroup } from './pod-groups.ts'

/** `Container api of Deployment shop`, as every sentence about a container begins. */
export function nameGroup({ workload, container }: ContainerGroup): string {
  return `Container ${container} of ${workload.kind} ${workload.name}`
}
