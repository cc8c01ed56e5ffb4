import type { WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import type { ChangedBy } from './changed-by.ts'
import { verdict } from './verdict.ts'

/** A revision that still serves proves itself; one that only is remembered does not. */
export function afterRollback({ target, params }: ChangedBy<'rollback'>, view: ClusterView): WhatIf {
  const earlier = revisionsOf(view, target).filter((revision) => !revision.current)
  const goal =
    params.to_revision === undefined ? earlier[0] : earlier.find((each) => each.revision === params.to_revision)
  if (!goal) return verdict.no('no earlier revision is there to go back to')
  if (goal.ready_replicas > 0) {
    return verdict.yes(`revision ${goal.revision} still has ${goal.ready_replicas} ready pods`)
  }
  return verdict.unknown(`revision ${goal.revision} exists; no pod of it runs now to show that it works`)
}
