import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { PodTemplate } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { rollBackTo } from './roll-back-to.ts'

/**
 * The rollback as the first remedy where a change of the template brought the fault: an earlier revision still has ready pods and
 * differs in `aspect`, the part of the template that the fault is about. Otherwise empty.
 */
export function undoChange(
  view: ClusterView,
  workload: ResourceRef,
  aspect: (template: PodTemplate) => unknown,
): Remedy[] {
  const current = view.templateOf(workload)
  if (!current) return []
  const now = JSON.stringify(aspect(current))
  const back = rollBackTo(view, workload, (template) => JSON.stringify(aspect(template)) !== now)
  return back && back.revision.ready_replicas > 0 ? [back.remedy] : []
}
