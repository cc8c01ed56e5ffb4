import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { Job, Pod } from '#src/domain/kubernetes/objects.ts'

/** The state of one object that was asked about, as a clause; undefined where there is nothing particular to say. */
export function describeObject(
  view: ClusterView,
  kind: string,
  namespace: string | undefined,
  name: string,
): string | undefined {
  const object = view.find({ kind, namespace, name })
  if (!object) {
    const isProven = kind === 'Pod' && view.existence('Pod', namespace, name) === 'absent'
    return isProven ? `Pod ${name} no longer exists` : undefined
  }
  const workload = view.workloadOf(object)
  const job = view.find(workload)
  if (job?.kind === 'Job' && holds(job as Job, 'Complete')) {
    return `Job ${job.metadata.name} completed successfully; the pod of a completed job is never Ready`
  }
  if (object.kind === 'Pod' && (object as Pod).status?.phase === 'Succeeded')
    return `Pod ${name} completed successfully; a pod that has succeeded is never Ready`
  const pods = view.podsOf(object)
  if (pods.length === 0) return undefined
  return `${refOf(object).kind} ${name}: ${pods.filter((pod) => holds(pod, 'Ready')).length} of ${pods.length} pods ready`
}

function holds(object: Pod | Job, type: string): boolean {
  return (object.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')
}
