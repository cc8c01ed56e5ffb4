import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'

/** What a namespace visibly lacks; where pods were not seen, everything may be in trouble. */
export interface Trouble {
  any: boolean
  /** A pod waits for a node, or a node may have let it down. */
  placement: boolean
  /** A workload has fewer pods than it wants. */
  missing_pods: boolean
  /** A claim is not bound, or claims were not seen. */
  storage: boolean
}

const recentRestart = 600_000

/** Looks for signs of trouble in what was seen: they decide which refused reads could have changed the verdict. */
export function troubleIn(view: ClusterView, namespace: string | undefined): Trouble {
  const inNamespace = (object: KubernetesObject) => object.metadata.namespace === namespace
  if (!view.covers('Pod', namespace)) return { any: true, placement: true, missing_pods: true, storage: true }
  const pods = view.list('Pod').filter(inNamespace)
  const unwell = pods.filter((pod) => !isWell(view, pod))
  const runs = lacksRuns(view, inNamespace)
  const missing_pods = runs || lacksPods(view, inNamespace, 'replicas')
  const lacking = missing_pods || lacksPods(view, inNamespace, 'readyReplicas')
  const claims = view.list('PersistentVolumeClaim').filter(inNamespace)
  const unbound = claims.some((claim) => claim.status?.phase !== 'Bound')
  const storage = unbound || (!view.covers('PersistentVolumeClaim', namespace) && unwell.length > 0)
  return {
    any: unwell.length > 0 || lacking || unbound || isRollingOut(view, inNamespace),
    placement: unwell.some(hasNoPlace),
    missing_pods,
    storage,
  }
}

function isWell(view: ClusterView, pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp) return false
  if (pod.status?.phase === 'Succeeded') return true
  if (condition(pod, 'Ready') !== 'True') return false
  return (pod.status?.containerStatuses ?? []).every((status) => {
    const age = view.ageOf(status.lastState?.terminated?.finishedAt)
    return status.restartCount === 0 || age === undefined || age > recentRestart
  })
}

function hasNoPlace(pod: Pod): boolean {
  const lost = condition(pod, 'Ready') === 'False' && condition(pod, 'ContainersReady') === 'True'
  // A pod that a node gave up bears a reason; one whose program failed does not.
  const givenUp = pod.status?.phase === 'Failed' && pod.status.reason !== undefined
  return !pod.spec.nodeName || givenUp || lost || pod.metadata.deletionTimestamp !== undefined
}

function condition(pod: Pod, type: string): string | undefined {
  return pod.status?.conditions?.find((entry) => entry.type === type)?.status
}

/** Fewer pods than wanted are there, or are ready. */
function lacksPods(
  view: ClusterView,
  inNamespace: (object: KubernetesObject) => boolean,
  count: 'replicas' | 'readyReplicas',
): boolean {
  const replicated = [...view.list('Deployment'), ...view.list('StatefulSet'), ...view.list('ReplicaSet')]
  return replicated.filter(inNamespace).some(({ spec, status }) => (status?.[count] ?? 0) < (spec.replicas ?? 1))
}

/** A rollout that is not through, though the pods of the former revision may all be well. */
function isRollingOut(view: ClusterView, inNamespace: (object: KubernetesObject) => boolean): boolean {
  return view
    .list('Deployment')
    .filter(inNamespace)
    .some(({ spec, status }) => (status?.updatedReplicas ?? 0) < (spec.replicas ?? 1))
}

function lacksRuns(view: ClusterView, inNamespace: (object: KubernetesObject) => boolean): boolean {
  const sets = view.list('DaemonSet').filter(inNamespace)
  const jobs = view.list('Job').filter(inNamespace)
  return (
    sets.some(({ status }) => (status?.numberReady ?? 0) < (status?.desiredNumberScheduled ?? 0)) ||
    jobs.some(({ status }) => (status?.failed ?? 0) > 0 || (!status?.completionTime && !status?.active))
  )
}
