import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { PersistentVolumeClaim, Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'

/** Who mounts a claim: living pods, their workloads, and workloads whose template names it though no pod runs. */
export function claimUsers(view: ClusterView, claim: PersistentVolumeClaim): { pods: Pod[]; workloads: ResourceRef[] } {
  const { namespace, name } = claim.metadata
  const mounts = (volumes: Pod['spec']['volumes']): boolean =>
    (volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === name)
  const pods = view
    .list('Pod')
    .filter(
      (pod) => pod.metadata.namespace === namespace && !pod.metadata.deletionTimestamp && mounts(pod.spec.volumes),
    )
  const templated = [...view.list('Deployment'), ...view.list('StatefulSet'), ...view.list('DaemonSet')].filter(
    (workload) => workload.metadata.namespace === namespace && mounts(workload.spec.template.spec.volumes),
  )
  const workloads = [...pods.map((pod) => view.workloadOf(pod)), ...templated.map(refOf)]
  return { pods, workloads: [...new Map(workloads.map((ref) => [refKey(ref), ref])).values()] }
}
