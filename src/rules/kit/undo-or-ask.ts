import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { escalate } from './escalate.ts'
import { ownerOf } from './objects.ts'
import { rollBackTo } from './roll-back-to.ts'

/** What remains to do about a symptom that nothing explains: back to the revision that is seen to serve, else its owners are asked. */
export function undoOrAsk(view: ClusterView, workload: ResourceRef, ask: string): Remedy[] {
  const undo = rollBackTo(view, workload, () => true)
  const owners = escalate(workload, ownerOf(view, workload), ask, 'What was seen tells how it fails, not why.')
  return undo && undo.revision.ready_replicas > 0 ? [undo.remedy, owners] : [owners]
}
