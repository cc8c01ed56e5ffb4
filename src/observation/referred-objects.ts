import type { ClusterView } from '#src/domain/cluster-view.ts'
import { isClusterScoped, isObservedKind } from '#src/domain/kubernetes/kinds.ts'
import type { KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** Everything that the objects of a namespace name directly: what can still be read with a role that may `get` but not `list`. */
export function referredObjects(view: ClusterView, namespace: string): ResourceRef[] {
  const refs = new Map<string, ResourceRef>()
  const add = (kind: string, name: string | undefined) => {
    const key = `${kind}/${name}`
    if (!name || refs.has(key) || !isObservedKind(kind)) return
    refs.set(key, isClusterScoped(kind) ? { kind, name } : { kind, namespace, name })
  }
  for (const { spec } of podSpecsOf(view, namespace)) addPodSpec(spec, add)
  for (const object of Object.values(view.snapshot.objects).flat())
    if (object.metadata.namespace === namespace) addOwners(object, add)
  addNamed(view, namespace, add)
  return [...refs.values()]
}

type Add = (kind: string, name: string | undefined) => void

function addPodSpec(spec: PodSpec, add: Add): void {
  for (const reference of podReferences(spec)) add(reference.kind, reference.name)
  add('Node', spec.nodeName)
}

function addOwners(object: KubernetesObject, add: Add): void {
  for (const owner of object.metadata.ownerReferences ?? []) add(owner.kind, owner.name)
}

function addNamed(view: ClusterView, namespace: string, add: Add): void {
  const inNamespace = (object: KubernetesObject) => object.metadata.namespace === namespace
  for (const set of view.list('StatefulSet').filter(inNamespace)) add('Service', set.spec.serviceName)
  for (const claim of view.list('PersistentVolumeClaim').filter(inNamespace)) {
    add('PersistentVolume', claim.spec.volumeName)
    add('StorageClass', claim.spec.storageClassName)
  }
  for (const scaler of view.list('HorizontalPodAutoscaler').filter(inNamespace))
    add(scaler.spec.scaleTargetRef.kind, scaler.spec.scaleTargetRef.name)
  for (const ingress of view.list('Ingress').filter(inNamespace)) {
    add('IngressClass', ingress.spec?.ingressClassName)
    add('Service', ingress.spec?.defaultBackend?.service?.name)
    for (const tls of ingress.spec?.tls ?? []) add('Secret', tls.secretName)
    for (const rule of ingress.spec?.rules ?? [])
      for (const path of rule.http?.paths ?? []) add('Service', path.backend.service?.name)
  }
}

/** Every distinct pod spec of a namespace: of the templates of workloads, and of pods. */
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

/** A server may leave containers out. Copied only then, because a large namespace has thousands of specs. */
function withContainers(spec: Partial<PodSpec>): PodSpec {
  return hasContainers(spec) ? spec : { ...spec, containers: [] }
}

function hasContainers(spec: Partial<PodSpec>): spec is PodSpec {
  return spec.containers !== undefined
}
