import type { ClusterView } from '../../domain/cluster-view.ts'
import type { ResourceRef } from '../../domain/resource-ref.ts'

/** How many pods a workload wants; 1 where it does not say. */
export function wantedReplicas(view: ClusterView, workload: ResourceRef): number {
  const object = view.find(workload) as { spec?: { replicas?: number } } | undefined
  return object?.spec?.replicas ?? 1
}
