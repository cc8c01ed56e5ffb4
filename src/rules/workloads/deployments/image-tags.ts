import type { PodTemplate } from '#src/domain/kubernetes/objects.ts'

/** Images without their registry and path: `parcel-api:8.4.0`. */
export function imageTags(template: PodTemplate): string {
  return template.spec.containers.map((container) => (container.image ?? '').split('/').at(-1) ?? '').join(', ')
}
