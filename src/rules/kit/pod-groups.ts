import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container, ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { livingPods } from './living-pods.ts'

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
