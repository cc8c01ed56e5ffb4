import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'

/** A test for findings about the incident's object: the object itself, its workload, or a Service that selects it. */
export function concerns(
  focus: ResourceRef,
  view: ClusterView,
): (finding: Pick<FindingDraft, 'resource' | 'affects'>) => boolean {
  const object = view.find(focus)
  const workload = object ? view.workloadOf(object) : focus
  const labels = view.templateOf(workload)?.metadata?.labels
  const services = labels ? view.servicesSelecting(workload.namespace, labels) : []
  const near = new Set([
    refKey(focus),
    refKey(workload),
    ...services.map((service) =>
      refKey({ kind: 'Service', namespace: workload.namespace, name: service.metadata.name }),
    ),
  ])
  return (finding) => near.has(refKey(finding.resource)) || finding.affects.some((ref) => near.has(refKey(ref)))
}
