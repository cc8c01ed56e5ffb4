import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { PodTemplate } from '#src/domain/kubernetes/objects.ts'
import { type Revision, revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/**
 * The undo of the change that broke a workload: the newest earlier revision without the fault, and the remedy that goes back to it.
 * `isFree` says whether a template lacks the fault. One that still has ready pods comes before one that only is remembered.
 * A revision that an undo has just left is never proposed: somebody found it broken.
 */
export function rollBackTo(
  view: ClusterView,
  workload: ResourceRef,
  isFree: (template: PodTemplate) => boolean,
): { revision: Revision; remedy: Remedy } | undefined {
  const revisions = revisionsOf(view, workload)
  const current = revisions.find((revision) => revision.current)
  const earlier = revisions.filter(
    (revision) => !revision.current && !wasLeft(revision, current) && isFree(revision.template),
  )
  const revision = earlier.find((candidate) => candidate.ready_replicas > 0) ?? earlier[0]
  if (!revision) return undefined
  const image = revision.template.spec.containers[0]?.image
  const proof =
    revision.ready_replicas > 0
      ? `${revision.ready_replicas} pods of it are ready now`
      : 'it is the newest earlier revision without the fault'
  return {
    revision,
    remedy: {
      kind: 'rollback',
      target: workload,
      params: { to_revision: revision.revision, ...(image === undefined ? {} : { to_image: image }) },
      reason: `Revision ${revision.revision}${image === undefined ? '' : ` (${image})`} lacks the fault: ${proof}.`,
      risk: 'low',
      reversible: true,
    },
  }
}

/** The wanted template was made before this one: the way to it led back, away from this one. */
function wasLeft(revision: Revision, current: Revision | undefined): boolean {
  const [left, wanted] = [Date.parse(revision.created_at ?? ''), Date.parse(current?.created_at ?? '')]
  return left > wanted
}
