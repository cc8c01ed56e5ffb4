import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { ContainerInstance } from './pod-groups.ts'

/** Events about one container of a pod, newest first; one without a field path counts for a pod of one container. */
export function eventsOfContainer(view: ClusterView, { pod, spec }: ContainerInstance): ClusterEvent[] {
  const single = pod.spec.containers.length === 1 && !pod.spec.initContainers?.length
  return view.eventsOf(pod).filter((event) => {
    const path = event.regarding.fieldPath
    return path === undefined ? single : path.endsWith(`{${spec.name}}`)
  })
}
