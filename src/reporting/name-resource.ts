import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { printable } from './printable.ts'

/** An object as people name it: `Deployment/cart in shop`, `Node/worker-1`. */
export function nameResource({ kind, namespace, name }: ResourceRef): string {
  return printable(namespace === undefined ? `${kind}/${name}` : `${kind}/${name} in ${namespace}`)
}
