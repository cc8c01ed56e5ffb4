import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Severity } from '#src/domain/severity.ts'
import { isPodReady } from './is-pod-ready.ts'

/** How much the trouble of a workload's pods hurts: nothing left behind a Service is an outage, all replicas ready is not much. */
export function severityOf(view: ClusterView, workload: ResourceRef): Severity {
  const object = view.find(workload)
  const pods = object ? view.podsOf(object) : []
  const ready = pods.filter(isPodReady).length
  const wanted = (object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas ?? pods.length
  if (ready > 0) return ready >= wanted ? 'medium' : 'high'
  const labels = view.templateOf(workload)?.metadata?.labels
  return view.servicesSelecting(workload.namespace, labels).length > 0 ? 'critical' : 'high'
}
