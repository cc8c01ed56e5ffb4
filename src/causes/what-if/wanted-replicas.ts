import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { wantedPods } from '#src/rules/kit/wanted-pods.ts'

/** How many pods a workload wants; 1 where it does not say. */
export function wantedReplicas(view: ClusterView, workload: ResourceRef): number {
  return wantedPods(view, workload) ?? 1
}
