import type { Incident } from './incident.ts'
import { buildSynthetic, type SyntheticSize } from './synthetic.ts'

const everyBroken = 5

/** Many made-up namespaces of one size, each fifth of them with its broken pods: a cluster to sweep. */
export function buildSyntheticNamespaces(size: SyntheticSize, count: number, now: number): Incident[] {
  return Array.from({ length: count }, (_, index) => {
    const namespace = `${size.namespace}-${String(index + 1).padStart(3, '0')}`
    const broken = index % everyBroken === 0 ? size.broken : 0
    return buildSynthetic({ ...size, namespace, broken }, now)
  })
}
