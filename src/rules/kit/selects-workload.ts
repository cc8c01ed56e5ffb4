import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import type { Service } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** True where a Service stands in front of this workload's own pods: nobody waits for or calls itself. */
export function selectsWorkload(view: ClusterView, service: Service, workload: ResourceRef): boolean {
  if (service.metadata.namespace !== workload.namespace) return false
  return matchesMap(service.spec.selector, view.templateOf(workload)?.metadata?.labels)
}
