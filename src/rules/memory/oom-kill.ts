import type { ClusterView } from '#src/domain/cluster-view.ts'
import { statusPath } from '#src/rules/kit/status-path.ts'
import type { ContainerInstance } from '#src/rules/kit/pod-groups.ts'
import { toldOf } from '#src/rules/kit/told-of.ts'

/** An OOM kill that still matters. */
export interface Kill {
  exitCode: number
  restarts: number
  running: boolean
  finishedAt?: string
  path: string
}

const recentMs = 60 * 60_000

/** The OOM kill of a container: the one that it is down with, or one that will come again though it runs at the moment. */
export function killOf(instance: ContainerInstance, view: ClusterView): Kill | undefined {
  const { status } = instance
  for (const field of ['state', 'lastState'] as const) {
    const end = status?.[field]?.terminated
    if (end?.reason !== 'OOMKilled' || status === undefined) continue
    const running = field === 'lastState' && status.state?.running !== undefined
    if (running && !comesAgain(instance, end.finishedAt, view)) return undefined
    return {
      exitCode: end.exitCode,
      restarts: status.restartCount,
      running,
      finishedAt: end.finishedAt,
      path: statusPath(instance, `${field}.terminated`),
    }
  }
  const told = toldOf(view, instance).find(({ text }) => /OOM-killed \(memory limit too low/.test(text))
  if (!told || !status) return undefined
  const path = statusPath(instance, 'state')
  return { exitCode: 128, restarts: status.restartCount, running: false, path }
}

/** Killed within the hour, or as often as its age divided by its restarts says that it is due. */
function comesAgain({ pod, status }: ContainerInstance, finishedAt: string | undefined, view: ClusterView): boolean {
  const since = view.ageOf(finishedAt)
  if (since === undefined) return (status?.restartCount ?? 0) > 1
  if (since < recentMs) return true
  const age = view.ageOf(pod.status?.startTime ?? pod.metadata.creationTimestamp) ?? 0
  const restarts = status?.restartCount ?? 0
  return restarts > 2 && since < (2 * age) / restarts
}
