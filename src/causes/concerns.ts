import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'

/** Which findings are about the object that was asked about: itself, its workload, or the services in front of it. */
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
