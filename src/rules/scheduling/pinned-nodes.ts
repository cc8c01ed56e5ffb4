import type { Node } from '#src/domain/kubernetes/objects.ts'
import type { PendingCase } from './pending-case.ts'

/** The nodes for which the waiting pods were made: a daemon set writes the node into each of its pods. */
export function pinnedNodes({ waiting, floor }: PendingCase): Node[] {
  if (waiting.workload.kind !== 'DaemonSet') return []
  const names = new Set(
    waiting.pods.flatMap((pod) =>
      (
        pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
      ).flatMap((term) =>
        (term.matchFields ?? []).flatMap(({ key, values }) => (key === 'metadata.name' ? (values ?? []) : [])),
      ),
    ),
  )
  return floor.nodes.filter((node) => names.has(node.metadata.name))
}
