import { setImmediate as nextTick } from 'node:timers/promises'
import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { isClusterScoped, isObservedKind } from '#src/domain/kubernetes/kinds.ts'
import type { Node, WebhookConfiguration } from '#src/domain/kubernetes/cluster.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { runBounded } from '#src/util/bounded.ts'
import type { Reading } from './bounded-reads.ts'
import { type CalledService, calledServices } from './called-services.ts'
import { type NamedInMessages, namedInMessages } from './named-in-messages.ts'
import { readNeighbours } from './read-neighbours.ts'
import { readOwners } from './read-owners.ts'
import { readPlatform } from './read-platform.ts'

const maxNodes = 10

const group = 'gateway.networking.k8s.io'

const maxSingleReads = 20

/**
 * Reads what only some incidents depend on, because the snapshot so far points to it, and what the diagnosis asked for. References to
 * other namespaces are collected first, so that each namespace is read and narrowed once.
 */
export async function readRelated(
  reading: Reading,
  namespace: string | undefined,
  wider: readonly ResourceRef[],
): Promise<void> {
  const { reads, concurrency } = reading
  await nextTick()
  const view = reading.view()
  const classes = view.list('Ingress').length > 0 ? [() => reads.list('IngressClass', undefined)] : []
  await runBounded([...classes, ...nodeEventReads(reading, view)], concurrency)
  await readPlatform(reading)
  if (namespace !== undefined) await readOwners(reading, namespace)
  if (namespace !== undefined) await readGateways(reading, namespace)
  // Reading thousands of objects takes time, so other work runs in between.
  await nextTick()
  const called = namespace === undefined ? [] : calledServices(view, namespace)
  await nextTick()
  const refs = [
    ...(await findWider(reading, wider)),
    ...(await findNamedInMessages(reading, namedInMessages(view))),
    ...(await findCalledServices(reading, called)),
  ]
  await readNeighbours(
    reading,
    refs.filter((ref) => ref.namespace !== namespace),
  )
}

/** Events about nodes are in the namespace default. */
function nodeEventReads({ reads }: Reading, view: ClusterView): (() => Promise<void>)[] {
  const unwell = view.list('Node').filter(isUnwell).slice(0, maxNodes)
  return unwell.map(
    (node) => () => reads.events('default', `involvedObject.kind=Node,involvedObject.name=${node.metadata.name}`),
  )
}

function isUnwell(node: Node): boolean {
  const conditions = node.status?.conditions ?? []
  return conditions.some(({ type, status }) =>
    type === 'Ready' ? status !== 'True' : type.endsWith('Pressure') && status === 'True',
  )
}

/** Objects that the diagnosis asks for beyond the first snapshot, and their namespaces. */
async function findWider(reading: Reading, wider: readonly ResourceRef[]): Promise<ResourceRef[]> {
  const { reads, concurrency, max_single_reads } = reading
  const single = wider.slice(0, max_single_reads).flatMap(({ kind, namespace, name }) => {
    if (!isObservedKind(kind)) return []
    const space = isClusterScoped(kind) ? undefined : namespace
    return isClusterScoped(kind) || space !== undefined ? [() => reads.get(kind, space, name)] : []
  })
  await runBounded(single, concurrency)
  return wider.map((ref) => (ref.kind === 'Namespace' ? { ...ref, namespace: ref.name } : ref))
}

/**
 * Services that configuration calls in other namespaces. A host of two labels may be outside the cluster, so it is followed only into
 * a namespace that is known to exist.
 */
async function findCalledServices(reading: Reading, services: readonly CalledService[]): Promise<ResourceRef[]> {
  const { reads, max_other_namespaces, max_single_reads } = reading
  const certain = services.filter((service) => service.certain).slice(0, max_single_reads)
  const possible = services.filter((service) => !service.certain).slice(0, max_other_namespaces * 4)
  await runBounded(
    [...new Set(possible.map((service) => service.namespace))].map(
      (namespace) => () => reads.get('Namespace', undefined, namespace),
    ),
    reading.concurrency,
  )
  const view = reading.view()
  const followed = [...certain, ...possible.filter(({ namespace }) => view.get('Namespace', undefined, namespace))]
  await runBounded(
    followed.map(
      ({ namespace, name }) =>
        () =>
          reads.get('Service', namespace, name),
    ),
    reading.concurrency,
  )
  const refs = followed.map(({ namespace, name }) => ({ kind: 'Service', namespace, name }))
  const seen = reading.view()
  return refs.filter((ref) => seen.find(ref) !== undefined)
}

/** Routes and gateways of a namespace, then the gateways and classes that they name; nothing where the API is not installed. */
async function readGateways(reading: Reading, namespace: string): Promise<void> {
  const { reads, concurrency } = reading
  if (!(await reading.groups).includes(group)) return
  await Promise.all([reads.list('HTTPRoute', namespace), reads.list('Gateway', namespace)])
  const parents = parentsOf(reading.view(), namespace)
  await runBounded(
    parents.map(
      ({ space, name }) =>
        () =>
          reads.get('Gateway', space, name),
    ),
    concurrency,
  )
  const classes = new Set(
    reading
      .view()
      .list('Gateway')
      .flatMap(({ spec }) => spec?.gatewayClassName ?? []),
  )
  await runBounded(
    [...classes].slice(0, maxSingleReads).map((name) => () => reads.get('GatewayClass', undefined, name)),
    concurrency,
  )
}

function parentsOf(view: ClusterView, namespace: string): { space: string; name: string }[] {
  const named = view
    .list('HTTPRoute')
    .flatMap(({ spec }) => spec?.parentRefs ?? [])
    .filter(({ kind }) => (kind ?? 'Gateway') === 'Gateway')
    .map((parent) => ({ space: parent.namespace ?? namespace, name: parent.name }))
    .filter(({ space }) => space !== namespace)
  return [...new Map(named.map((parent) => [`${parent.space}/${parent.name}`, parent])).values()].slice(
    0,
    maxSingleReads,
  )
}

/** What messages name in other namespaces: services behind webhooks, and pods that preempted others. */
async function findNamedInMessages(reading: Reading, named: NamedInMessages): Promise<ResourceRef[]> {
  const services = named.webhooks.length > 0 ? await findWebhookServices(reading, named.webhooks) : []
  return [...services, ...(await findPreemptors(reading, named))]
}

/** The message names only a node and a uid, so the pods of that node are searched.  */
async function findPreemptors(reading: Reading, { preemptors }: NamedInMessages): Promise<ResourceRef[]> {
  const { reads, concurrency } = reading
  const pods = () => reading.view().list('Pod')
  const known = new Set(pods().map((pod) => pod.metadata.uid))
  const unknown = preemptors.filter(({ uid }) => !known.has(uid))
  const wanted = new Set(unknown.map(({ uid }) => uid))
  const isWanted = ({ metadata }: KubernetesObject) =>
    wanted.has(metadata.uid) || wanted.has(`${metadata.namespace}/${metadata.name}`)
  const nodes = new Set(unknown.map(({ node }) => node))
  await runBounded(
    [...nodes].map((node) => () => reads.list('Pod', undefined, { field_selector: `spec.nodeName=${node}` }, isWanted)),
    concurrency,
  )
  return wanted.size === 0 ? [] : pods().filter(isWanted).map(refOf)
}

async function findWebhookServices(reading: Reading, names: readonly string[]): Promise<ResourceRef[]> {
  const { reads, builder } = reading
  await Promise.all([
    reads.list('ValidatingWebhookConfiguration', undefined),
    reads.list('MutatingWebhookConfiguration', undefined),
  ])
  const view = reading.view()
  const configurations: WebhookConfiguration[] = [
    ...view.list('ValidatingWebhookConfiguration'),
    ...view.list('MutatingWebhookConfiguration'),
  ]
  const services = configurations
    .flatMap((configuration) => configuration.webhooks ?? [])
    .filter((webhook) => names.includes(webhook.name))
    .flatMap((webhook) => webhook.clientConfig?.service ?? [])
  await runBounded(
    services.map(
      ({ namespace, name }) =>
        () =>
          reads.get('Service', namespace, name),
    ),
    reading.concurrency,
  )
  const refs = services.map(({ namespace, name }) => ({ kind: 'Service', namespace, name }))
  return refs.filter((ref) => !builder.isAbsent(ref))
}
