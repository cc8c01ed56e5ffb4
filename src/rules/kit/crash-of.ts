import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ContainerState } from '#src/domain/kubernetes/objects.ts'
import { isBadEnd } from './is-bad-end.ts'
import type { ContainerInstance } from './pod-groups.ts'
import { statusPath } from './status-path.ts'

/** A container that ends though it should not, now: whether it waits for its restart, has just ended or runs for a moment. */
export interface Crash {
  terminated: NonNullable<ContainerState['terminated']>
  restarts: number
  /** What the kubelet shows at this moment. */
  shown: string
  /** Path of the status field that tells the end. */
  path: string
}

const recentMs = 10 * 60_000

/** Does this container keep ending? `state`, `lastState` and `restartCount` are read together; one that recovered is none. */
export function crashOf(instance: ContainerInstance, view: ClusterView): Crash | undefined {
  const { status } = instance
  if (!status) return undefined
  const { state, lastState } = status
  const last = lastState?.terminated
  const crash = (terminated: Crash['terminated'], shown: string, field: string): Crash => ({
    terminated,
    restarts: status.restartCount,
    shown,
    path: statusPath(instance, `${field}.terminated`),
  })
  if (state?.terminated) {
    return isBadEnd(instance, state.terminated, status.restartCount)
      ? crash(state.terminated, state.terminated.reason ?? 'terminated', 'state')
      : undefined
  }
  if (!last || !isBadEnd(instance, last, status.restartCount)) return undefined
  if (state?.waiting) return crash(last, state.waiting.reason ?? 'waiting', 'lastState')
  if (state?.running && isStillFailing(instance, last, view)) return crash(last, 'running again', 'lastState')
  return undefined
}

function isStillFailing({ status }: ContainerInstance, last: Crash['terminated'], view: ClusterView): boolean {
  const sinceEnd = view.ageOf(last.finishedAt)
  if (sinceEnd === undefined || sinceEnd > recentMs) return false
  const running = view.ageOf(status?.state?.running?.startedAt) ?? 0
  if (!status?.ready) return true
  const ran = runLength(last)
  // Ready and up for clearly longer than it lived last time: over. After a single restart a shorter proof will do.
  return running < Math.max((status.restartCount ?? 0) > 1 ? 120_000 : 30_000, 2 * ran)
}

function runLength({ startedAt, finishedAt }: Crash['terminated']): number {
  const length = Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')
  return Number.isNaN(length) ? 0 : length
}
