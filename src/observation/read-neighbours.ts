import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { type ResourceRef, refKey } from '#src/domain/resource-ref.ts'
import { runBounded } from '#src/util/bounded.ts'
import type { Reading } from './bounded-reads.ts'

/** What is read of another namespace whose service is called. */
const neighbourKinds: readonly ObservedKind[] = [
  'Service',
  'EndpointSlice',
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]

/**
 * Reads objects of other namespaces with what is behind them: the pods, slices and workloads of a service, and their events. The whole
 * namespace is read, because only that proves that a service has no pods, and is then narrowed to what was requested, so that problems
 * of other workloads are no findings of this incident.
 */
export async function readNeighbours(reading: Reading, refs: readonly ResourceRef[]): Promise<void> {
  const byNamespace = Map.groupBy(refs, (ref) => ref.namespace)
  const namespaces = [...byNamespace.keys()].filter((namespace): namespace is string => namespace !== undefined)
  noteLeftOut(reading, namespaces.slice(reading.max_other_namespaces))
  for (const namespace of namespaces.slice(0, reading.max_other_namespaces)) {
    await readWhole(reading, namespace)
    const wanted = byNamespace.get(namespace) ?? []
    if (wanted.some((ref) => ref.kind === 'Namespace')) continue
    const kept = keptOf(reading.view(), namespace, wanted)
    if (kept) reading.builder.narrow(namespace, kept)
  }
}

function noteLeftOut({ builder, max_other_namespaces }: Reading, leftOut: readonly string[]): void {
  if (leftOut.length === 0) return
  const gap = {
    what: `namespaces that are referred to: ${leftOut.slice(0, 5).join(', ')}`,
    why: `more than ${max_other_namespaces} other namespaces`,
    needs: 'a higher bound on other namespaces',
  }
  builder.incomplete.push({ kind: 'Namespace', status: 'cut', gap })
}

async function readWhole({ reads, concurrency }: Reading, namespace: string): Promise<void> {
  const lists = neighbourKinds.map((kind) => () => reads.list(kind, namespace))
  await runBounded(
    [...lists, () => reads.events(namespace), () => reads.get('Namespace', undefined, namespace)],
    concurrency,
  )
}

/** Keys of the requested objects and what they depend on; undefined where a service has no pod: then every candidate for it is kept. */
function keptOf(view: ClusterView, namespace: string, wanted: readonly ResourceRef[]): Set<string> | undefined {
  const kept = new Set<string>()
  for (const ref of wanted) {
    const object = view.find(ref)
    if (!object) continue
    const pods = isService(object) ? view.podsOfService(object) : view.podsOf(object)
    if (isService(object) && object.spec.selector && pods.length === 0) return undefined
    for (const part of [object, ...pods, ...pods.flatMap((pod) => ownersOf(view, pod)), ...servicesOf(view, pods)])
      kept.add(refKey(refOf(part)))
  }
  for (const slice of view.list('EndpointSlice')) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name']
    if (service && kept.has(refKey({ kind: 'Service', namespace, name: service }))) kept.add(refKey(refOf(slice)))
  }
  return kept
}

function isService(object: KubernetesObject): object is Service {
  return object.kind === 'Service'
}

function ownersOf(view: ClusterView, pod: Pod): KubernetesObject[] {
  const owner = view.controllerOf(pod)
  const above = owner && view.controllerOf(owner)
  return [owner, above].filter((object) => object !== undefined)
}

function servicesOf(view: ClusterView, pods: readonly Pod[]): Service[] {
  return pods.flatMap((pod) => view.servicesSelecting(pod.metadata.namespace, pod.metadata.labels))
}
