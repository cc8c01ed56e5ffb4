import type { ContainerGroup, ContainerInstance } from './pod-groups.ts'

/**
 * `Container api of Deployment shop`, as every sentence about a container begins; an init container is called so. Where a single
 * pod of a stateful set fails, `failing` tells which one: `Container db of pod ledger-0 (StatefulSet ledger)`.
 */
export function nameGroup(
  { workload, container, instances }: ContainerGroup,
  failing: readonly ContainerInstance[] = [],
): string {
  const title = instances[0]?.role === 'init' ? 'Init container' : 'Container'
  const [first] = failing
  const owner = `${workload.kind} ${workload.name}`
  if (workload.kind !== 'StatefulSet' || failing.length !== 1 || !first) return `${title} ${container} of ${owner}`
  return `${title} ${container} of pod ${first.pod.metadata.name} (${owner})`
}
