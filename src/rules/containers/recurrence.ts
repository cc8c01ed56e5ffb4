import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Crash } from '#src/rules/kit/crash-of.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'
import { isBadEnd } from '#src/rules/kit/is-bad-end.ts'
import type { ContainerInstance } from '#src/rules/kit/pod-groups.ts'
import { statusPath } from '#src/rules/kit/status-path.ts'

const fewest = 3
const hourMs = 60 * 60_000
/** A run that was shorter belongs to a crash loop, which is over once the container stays up. */
const shortestRun = 5 * 60_000

/**
 * A container that is up at the moment and has died again and again after runs of about this length: a leak, a lock, a probe under
 * load. Told only where the run before was not yet clearly outlived and where it comes at least once in an hour.
 */
export function recurrence(instance: ContainerInstance, view: ClusterView): Crash | undefined {
  const { status, pod } = instance
  const last = status?.lastState?.terminated
  const up = view.ageOf(status?.state?.running?.startedAt)
  if (!status || !last || up === undefined || status.restartCount < fewest) return undefined
  if (!isBadEnd(instance, last, status.restartCount)) return undefined
  const lived = Date.parse(last.finishedAt ?? '') - Date.parse(last.startedAt ?? '')
  const age = view.ageOf(pod.status?.startTime ?? pod.metadata.creationTimestamp)
  if (Number.isNaN(lived) || lived < shortestRun || age === undefined) return undefined
  const interval = age / status.restartCount
  const steady = interval <= hourMs && interval <= 3 * lived
  if (!steady || up > 1.5 * lived) return undefined
  return {
    terminated: last,
    restarts: status.restartCount,
    shown: `up for ${formatDuration(up)} after a run of ${formatDuration(lived)}`,
    path: statusPath(instance, 'lastState.terminated'),
  }
}
