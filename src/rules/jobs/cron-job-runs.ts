import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Job } from '#src/domain/kubernetes/workloads.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'

/** One Job of a cron job and how it ended. */
export interface Run {
  job: Job
  end: 'failed' | 'complete' | 'open'
}

/** All runs of the cron job that a Job belongs to, newest first; by reference, because the cron job itself may not have been seen. */
export function runsOf(view: ClusterView, { metadata }: Job): Run[] {
  const parent = metadata.ownerReferences?.find((owner) => owner.kind === 'CronJob')
  if (!parent) return []
  return view
    .list('Job')
    .filter((job) => (job.metadata.ownerReferences ?? []).some((owner) => owner.uid === parent.uid))
    .toSorted((left, right) => startOf(right) - startOf(left))
    .map((job) => ({ job, end: endOf(job) }))
}

function startOf({ metadata }: Job): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0
}

function endOf(job: Job): Run['end'] {
  if (conditionOf(job, 'Complete')?.status === 'True') return 'complete'
  const failed = conditionOf(job, 'Failed') ?? conditionOf(job, 'FailureTarget')
  return failed?.status === 'True' ? 'failed' : 'open'
}
