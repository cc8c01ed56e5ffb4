import type { ClusterView } from '#src/domain/cluster-view.ts'
import { crashOf } from './crash-of.ts'
import type { ContainerInstance } from './pod-groups.ts'

const startup = 60_000

/** A container that keeps ending, or has been up for a minute and is not ready: what is odd about it may matter. */
export function isUnstable(view: ClusterView, instance: ContainerInstance): boolean {
  const { status } = instance
  if (crashOf(instance, view)) return true
  const up = view.ageOf(status?.state?.running?.startedAt)
  return instance.role !== 'init' && status?.ready === false && up !== undefined && up > startup
}
