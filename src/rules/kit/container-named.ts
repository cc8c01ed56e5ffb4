import type { Container, PodTemplate } from '#src/domain/kubernetes/objects.ts'

/** A container of a pod template, init containers included. */
export function containerNamed(template: PodTemplate, name: string): Container | undefined {
  return [...template.spec.containers, ...(template.spec.initContainers ?? [])].find((spec) => spec.name === name)
}
