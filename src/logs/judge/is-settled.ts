import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { CronJob, Job, Pod } from '#src/domain/kubernetes/objects.ts'

/**
 * A pod that came to its end and whose end is history: it succeeded, another attempt of its job or a later run of its cron job
 * did, or it was evicted and its controller has replaced it.
 */
export function isSettled(pod: Pod, view: ClusterView): boolean {
  if (pod.status?.phase === 'Succeeded') return true
  const owner = view.controllerOf(pod)
  if (owner?.kind !== 'Job') return pod.status?.phase === 'Failed' && owner !== undefined
  const job = owner as Job
  const conditions = job.status?.conditions ?? []
  if (conditions.some((condition) => condition.type === 'Complete' && condition.status === 'True')) return true
  const cron = view.controllerOf(job) as CronJob | undefined
  const lastSuccess = cron?.kind === 'CronJob' ? cron.status?.lastSuccessfulTime : undefined
  return lastSuccess !== undefined && Date.parse(lastSuccess) > Date.parse(pod.metadata.creationTimestamp ?? '')
}
