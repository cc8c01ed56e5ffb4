import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'

/** Every distinct pod spec of a namespace: of the workloads' templates, and of pods that no workload in the picture stands for. */
export function podSpecsOf(view: ClusterView, namespace: string): { object: KubernetesObject; spec: PodSpec }[] {
  const inNamespace = (object: KubernetesObject) => object.metadata.namespace === namespace
  const templated = [
    ...view.list('Deployment'),
    ...view.list('StatefulSet'),
    ...view.list('DaemonSet'),
    ...view.list('Job'),
    ...view.list('ReplicaSet').filter((set) => (set.spec.replicas ?? 0) > 0),
  ].filter(inNamespace)
  const scheduled = view.list('CronJob').filter(inNamespace)
  const specs = [
    ...templated.map((object) => ({ object, spec: object.spec.template?.spec })),
    ...scheduled.map((object) => ({ object, spec: object.spec.jobTemplate?.spec?.template?.spec })),
    ...view
      .list('Pod')
      .filter(inNamespace)
      .map((object) => ({ object, spec: object.spec })),
  ]
  return specs.flatMap(({ object, spec }) => (spec ? [{ object, spec: withContainers(spec) }] : []))
}

/** A narrow or odd server may leave them out. Copied only then: a large namespace has many thousand specs. */
function withContainers(spec: Partial<PodSpec>): PodSpec {
  return hasContainers(spec) ? spec : { ...spec, containers: [] }
}

function hasContainers(spec: Partial<PodSpec>): spec is PodSpec {
  return spec.containers !== undefined
}
