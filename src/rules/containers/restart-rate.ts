import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ContainerInstance } from '#src/rules/kit/pod-groups.ts'

const hourMs = 60 * 60_000
/** Over a shorter time a rate says more about the back-off than about the program. */
const shortest = 10 * 60_000

/** Restarts per hour over the life of the pod, as people say it: `0.5`, `4`; undefined where the pod is too young for a rate. */
export function restartRate({ pod, status }: ContainerInstance, view: ClusterView): string | undefined {
  const age = view.ageOf(pod.status?.startTime ?? pod.metadata.creationTimestamp)
  const restarts = status?.restartCount ?? 0
  if (age === undefined || age < shortest || restarts < 2) return undefined
  const rate = (restarts * hourMs) / age
  if (rate >= 10) return String(Math.round(rate))
  return rate >= 0.1 ? String(Number(rate.toFixed(1))) : undefined
}
