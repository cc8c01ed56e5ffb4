import type { ClusterView } from '../../domain/cluster-view.ts'
import type { ClusterEvent } from '../../domain/kubernetes/event.ts'
import type { Container, ContainerStatus, Job, Pod } from '../../domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '../../domain/resource-ref.ts'

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

const cache = new WeakMap<ClusterView, ContainerGroup[]>()

/** Containers of the picture by workload and name, over the pods whose state says something about now. */
export function containerGroups(view: ClusterView): ContainerGroup[] {
  const known = cache.get(view)
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
  cache.set(view, result)
  return result
}

/** Pods that are not being deleted, not left over, and of the newest run where a job made several. Newest first. */
export function livingPods(view: ClusterView): Pod[] {
  return view
    .list('Pod')
    .filter((pod) => !pod.metadata.deletionTimestamp && isOfNow(pod, view))
    .toSorted((left, right) =>
      (right.metadata.creationTimestamp ?? '').localeCompare(left.metadata.creationTimestamp ?? ''),
    )
}

function isOfNow(pod: Pod, view: ClusterView): boolean {
  const phase = pod.status?.phase
  if (phase === 'Succeeded') return false
  const owner = view.controllerOf(pod)
  if (owner?.kind === 'Job') return isOpenJob(owner as Job, view)
  // A controller has long made another pod for one that failed; only a pod that nobody replaces still counts.
  return phase !== 'Failed' || pod.metadata.ownerReferences?.length === undefined
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

/** Events about one container of a pod, newest first; one without a field path counts for a pod of one container. */
export function eventsOfContainer(view: ClusterView, { pod, spec }: ContainerInstance): ClusterEvent[] {
  const single = pod.spec.containers.length === 1 && !pod.spec.initContainers?.length
  return view.eventsOf(pod).filter((event) => {
    const path = event.regarding.fieldPath
    return path === undefined ? single : path.endsWith(`{${spec.name}}`)
  })
}
