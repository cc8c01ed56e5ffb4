import { isObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { isClusterScoped } from '#src/domain/kubernetes/cluster-scoped.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { podSpecsOf } from './pod-specs-of.ts'

/** Everything that the objects of a namespace name directly: what a role that may `get` but not `list` can still be asked for. */
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
