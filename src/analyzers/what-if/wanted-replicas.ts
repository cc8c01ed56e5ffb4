import type { ClusterView } from '../../domain/cluster-view.ts'
import type { ResourceRef } from '../../domain/resource-ref.ts'
import { wantedPods } from '../kubernetes/reading/wanted-pods.ts'

/** How many pods a workload wants; 1 where it does not say. */
export function wantedReplicas(view: ClusterView, workload: ResourceRef): number {
  return wantedPods(view, workload) ?? 1
}
