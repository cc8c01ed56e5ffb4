import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import type { CronJob, DaemonSet, Job } from '#src/domain/kubernetes/workloads.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** The condition of a type among an object's conditions. */
export function conditionOf(
  object: { kind: string; status?: { conditions?: Condition[] } } | undefined,
  type: string,
): Condition | undefined {
  return object?.status?.conditions?.find((condition) => condition.type === type)
}

const ownerLabels = ['team', 'owner', 'app.kubernetes.io/team', 'app.kubernetes.io/managed-by-team']

/** Who looks after an object, for an escalation: the team that it, its pods or its namespace name, else "the owners of ...". */
export function ownerOf(view: ClusterView, ref: ResourceRef): string {
  const namespace = ref.namespace ? view.get('Namespace', undefined, ref.namespace) : undefined
  for (const marked of [view.find(ref)?.metadata, view.templateOf(ref)?.metadata, namespace?.metadata])
    for (const label of ownerLabels) {
      const team = marked?.labels?.[label] ?? marked?.annotations?.[label]
      if (team) return `team ${team}`
    }
  return `the owners of ${ref.kind} ${ref.name}`
}

/**
 * How many pods a workload wants at a time: replicas; for a daemon set the nodes that it wants to run on, as its controller counts
 * them; for a job its parallelism, as far as completions are still open. Undefined where the workload was not seen.
 */
export function wantedPods(view: ClusterView, workload: ResourceRef): number | undefined {
  const object = view.find(workload)
  if (!object) return undefined
  switch (object.kind) {
    case 'DaemonSet':
      return (object as DaemonSet).status?.desiredNumberScheduled ?? 0
    case 'Job':
      return atOnce((object as Job).spec, (object as Job).status?.succeeded)
    case 'CronJob':
      return atOnce((object as CronJob).spec.jobTemplate.spec)
    default:
      return (object as { spec?: { replicas?: number } }).spec?.replicas ?? 1
  }
}

function atOnce({ parallelism = 1, completions }: Job['spec'], succeeded = 0): number {
  return completions === undefined ? parallelism : Math.min(parallelism, Math.max(0, completions - succeeded))
}
