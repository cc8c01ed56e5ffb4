import { z } from 'zod'

/** A Kubernetes object by kind, namespace (absent for cluster-scoped kinds) and name. */
export const ResourceRef = z.object({
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
})
export type ResourceRef = z.infer<typeof ResourceRef>

/** One string per object, usable as a map key: `Deployment/payments/gateway`, `Node//worker-1`. */
export function refKey(ref: ResourceRef): string {
  return `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`
}

/** True where both name the same object. */
export function sameRef(left: ResourceRef, right: ResourceRef): boolean {
  return refKey(left) === refKey(right)
}
