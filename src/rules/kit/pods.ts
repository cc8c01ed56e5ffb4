import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container, ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import type { Job } from '#src/domain/kubernetes/workloads.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'

/** One container of one pod, with what the kubelet says of it. `status` is absent before the pod reached a node. */
export interface ContainerInstance {
  pod: Pod
  spec: Container
  status?: ContainerStatus
  /** `sidecar`: an init container that is meant to keep running. */
  role: 'init' | 'sidecar' | 'app'
}

/** The same container in all living pods of a workload: rules speak about it once, not once per pod. */
export interface ContainerGroup {
  workload: ResourceRef
  container: string
  /** Newest pod first. */
  instances: ContainerInstance[]
}

const groupCache = new WeakMap<ClusterView, ContainerGroup[]>()

/** Containers of the snapshot by workload and name, over the pods whose state says something about now. */
export function containerGroups(view: ClusterView): ContainerGroup[] {
  const known = groupCache.get(view)
  if (known) return known
  const groups = new Map<string, ContainerGroup>()
  for (const pod of livingPods(view)) {
    const workload = view.workloadOf(pod)
    for (const instance of containersOf(pod)) {
      const key = `${refKey(workload)}/${instance.spec.name}`
      const group = groups.get(key)
      if (group) group.instances.push(instance)
      else groups.set(key, { workload, container: instance.spec.name, instances: [instance] })
    }
  }
  const result = [...groups.values()]
  groupCache.set(view, result)
  return result
}

function containersOf(pod: Pod): ContainerInstance[] {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  const instance = (spec: Container, role: ContainerInstance['role']): ContainerInstance => ({
    pod,
    spec,
    role,
    status: statuses.find((status) => status.name === spec.name),
  })
  return [
    ...(pod.spec.initContainers ?? []).map((spec) =>
      instance(spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init'),
    ),
    ...pod.spec.containers.map((spec) => instance(spec, 'app')),
  ]
}

const livingCache = new WeakMap<ClusterView, readonly Pod[]>()

/** Pods that are not being deleted, not left over, and of the newest run where a job made several. Newest first. */
export function livingPods(view: ClusterView): readonly Pod[] {
  const known = livingCache.get(view)
  if (known) return known
  const living = view
    .list('Pod')
    .filter((pod) => !pod.metadata.deletionTimestamp && isOfNow(pod, view))
    .toSorted(newestFirst)
  livingCache.set(view, living)
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

/** True for a pod that serves: its Ready condition is True, whatever its containers say, and it is not being deleted. */
export function isPodReady(pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp) return false
  return (pod.status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
}

/** Where a status field of a container is found: `.status.containerStatuses[1].lastState`. */
export function statusPath({ pod, spec, role }: ContainerInstance, field: string): string {
  const list = role === 'app' ? 'containerStatuses' : 'initContainerStatuses'
  const index = (pod.status?.[list] ?? []).findIndex((status) => status.name === spec.name)
  return `.status.${list}[${index}].${field}`
}
