import type { ContainerGroup } from './pod-groups.ts'

/** `Container api of Deployment shop`, as every sentence about a container begins; an init container is called so. */
export function nameGroup({ workload, container, instances }: ContainerGroup): string {
  const title = instances[0]?.role === 'init' ? 'Init container' : 'Container'
  return `${title} ${container} of ${workload.kind} ${workload.name}`
}
