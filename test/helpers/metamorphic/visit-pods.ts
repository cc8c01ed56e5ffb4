import type { Pod, PodSpec } from '#src/domain/kubernetes/objects.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'

/** Every pod and every pod template of a picture; a template has no status. */
export function visitPods(snapshot: Snapshot, visit: (spec: PodSpec, status?: Pod['status']) => void): void {
  const { Pod: pods, CronJob: cronJobs, ControllerRevision: revisions, ...rest } = snapshot.objects
  for (const pod of pods ?? []) visit(pod.spec, pod.status)
  for (const job of cronJobs ?? []) visit(job.spec.jobTemplate.spec.template.spec)
  for (const { data } of revisions ?? []) if (data?.spec?.template?.spec) visit(data.spec.template.spec)
  const workloads = [rest.Deployment, rest.ReplicaSet, rest.StatefulSet, rest.DaemonSet, rest.Job]
  for (const list of workloads) for (const { spec } of list ?? []) if (spec.template) visit(spec.template.spec)
}
