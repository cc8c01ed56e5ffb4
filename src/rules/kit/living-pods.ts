import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Job, Pod } from '#src/domain/kubernetes/objects.ts'

const cache = new WeakMap<ClusterView, readonly Pod[]>()

/** Pods that are not being deleted, not left over, and of the newest run where a job made several. Newest first. */
export function livingPods(view: ClusterView): readonly Pod[] {
  const known = cache.get(view)
  if (known) return known
  const living = view
    .list('Pod')
    .filter((pod) => !pod.metadata.deletionTimestamp && isOfNow(pod, view))
    .toSorted(newestFirst)
  cache.set(view, living)
  return living
}

function newestFirst(left: Pod, right: Pod): number {
  const [one = '', other = ''] = [left.metadata.creationTimestamp, right.metadata.creationTimestamp]
  return one === other ? 0 : one < other ? 1 : -1
}

function isOfNow(pod: Pod, view: ClusterView): boolean {
  const phase = pod.status?.phase
  if (phase === 'Succeeded') return false
  const owner = view.controllerOf(pod)
  if (owner?.kind === 'Job') return isOpenJob(owner as Job, view)
  // A controller has long made another pod for one that failed; only a pod that nobody replaces still counts.
  return phase !== 'Failed' || !pod.metadata.ownerReferences?.length
}

/** A job that completed after some failures is well; of a cron job only the newest run counts. */
function isOpenJob(job: Job, view: ClusterView): boolean {
  if ((job.status?.conditions ?? []).some(({ type, status }) => type === 'Complete' && status === 'True')) return false
  const parent = view.controllerOf(job)
  if (parent?.kind !== 'CronJob') return true
  const started = job.metadata.creationTimestamp ?? ''
  return view
    .childrenOf(parent)
    .every((other) => (other.metadata.creationTimestamp ?? '') <= started || other.kind !== 'Job')
}
