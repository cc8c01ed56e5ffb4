import { setImmediate as nextTick } from 'node:timers/promises'
import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { isClusterScoped, isObservedKind } from '#src/domain/kubernetes/kinds.ts'
import type { KubernetesObject, Container, Pod } from '#src/domain/kubernetes/objects.ts'
import type { Node, WebhookConfiguration } from '#src/domain/kubernetes/cluster.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { type ResourceRef, refKey } from '#src/domain/resource-ref.ts'
import { runBounded } from '#src/util/bounded.ts'
import type { Reading } from './bounded-reads.ts'
import { type NamedInMessages, namedInMessages } from './named-in-messages.ts'
import { readNeighbours } from './read-neighbours.ts'
import { readPlatform } from './read-platform.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { podSpecsOf } from './referred-objects.ts'

const maxNodes = 10

const group = 'gateway.networking.k8s.io'

const maxSingleReads = 20

/** A service of another namespace that configuration calls. `certain` where it is written with `.svc`, which only services have. */
interface CalledService {
  namespace: string
  name: string
  certain: boolean
}

const label = '[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?'

const namespacePattern = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'

const withSuffix = new RegExp(`(?<![-a-z0-9])(${label})\\.(${namespacePattern})\\.svc(?![-a-z0-9])`, 'g')

/** A host of two labels: at the start, after a scheme, a credential or a separator; before a port, a path, a separator or the end. */
const bare = new RegExp(`(?:^|://|[@=,;\\s"'])(${label})\\.(${namespacePattern})(?=$|[:/,;\\s"'])`, 'gm')

const fileEnding =
  /^(?:ya?ml|json|conf|cfg|ini|properties|toml|txt|log|sh|py|js|ts|jar|pem|crt|key|xml|html?|sql|css|md|gz|db|so)$/

const maxTextCharacters = 262_144

const maxWorkloads = 5

const maxConfigMaps = 5

const owned: ReadonlySet<string> = new Set<ObservedKind>(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'])

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

/** The services of other namespaces that env values, commands and the config maps that pods use name by host, each once. */
export function calledServices(view: ClusterView, namespace: string): CalledService[] {
  const found = new Map<string, CalledService>()
  let budget = maxTextCharacters
  for (const text of new Set(textsOf(view, namespace))) {
    if (budget <= 0) break
    const part = text.slice(0, budget)
    budget -= part.length
    collect(found, part, namespace)
  }
  return [...found.values()]
}

function collect(found: Map<string, CalledService>, text: string, own: string): void {
  const note = (name = '', namespace = '', certain: boolean) => {
    const key = `${namespace}/${name}`
    if (namespace !== own && !found.get(key)?.certain) found.set(key, { namespace, name, certain })
  }
  for (const [, name, space_] of text.matchAll(withSuffix)) note(name, space_, true)
  for (const [, name, space_] of text.matchAll(bare)) if (space_ && !fileEnding.test(space_)) note(name, space_, false)
}

function* textsOf(view: ClusterView, namespace: string): Generator<string> {
  const maps = new Set<string>()
  for (const { spec } of podSpecsOf(view, namespace)) {
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) yield* textsOfContainer(container)
    for (const reference of podReferences(spec)) if (reference.kind === 'ConfigMap') maps.add(reference.name)
  }
  for (const name of maps) yield* Object.values(view.get('ConfigMap', namespace, name)?.data ?? {})
}

function* textsOfContainer(container: Container): Generator<string> {
  for (const variable of container.env ?? []) if (variable.value) yield variable.value
  yield* container.command ?? []
  yield* container.args ?? []
}

/** Reads who wrote the fields of unhealthy workloads and of the ConfigMaps that they use: one read each, for a few of them. */
async function readOwners(reading: Reading, namespace: string): Promise<void> {
  const { reads, concurrency } = reading
  const builder = reading.view()
  const workloads = unhealthyWorkloads(builder, namespace).slice(0, maxWorkloads)
  const maps = new Set(workloads.flatMap((ref) => mapsOf(builder, ref)))
  await runBounded(
    [
      ...workloads.map(
        ({ kind, name }) =>
          () =>
            reads.owners(kind as ObservedKind, namespace, name),
      ),
      ...[...maps].slice(0, maxConfigMaps).map((name) => () => reads.owners('ConfigMap', namespace, name)),
    ],
    concurrency,
  )
}

/** Workloads with a pod that is not ready or has restarted, those without any pod first; and those that are scaled up and down. */
function unhealthyWorkloads(view: ClusterView, namespace: string): ResourceRef[] {
  const unwell = view
    .list('Pod')
    .filter((pod) => pod.metadata.namespace === namespace && !isWell(pod))
    .map((pod) => view.workloadOf(pod))
  const lacking = [...view.list('Deployment'), ...view.list('StatefulSet')]
    .filter(
      ({ metadata, spec, status }) =>
        metadata.namespace === namespace && lacksReplicas(spec.replicas, status?.replicas),
    )
    .map((workload) => view.workloadOf(workload))
  const scaled = view
    .list('HorizontalPodAutoscaler')
    .map(({ metadata, spec }) => ({ ...spec.scaleTargetRef, namespace: metadata.namespace }))
    .filter((target) =>
      view.eventsAbout(target).some(({ reason, count }) => reason === 'ScalingReplicaSet' && count > 1),
    )
    .map(({ kind, name }) => ({ kind, namespace, name }))
  const all = [...lacking, ...unwell, ...scaled].filter(({ kind }) => owned.has(kind))
  return [...new Map(all.map((ref) => [refKey(ref), ref])).values()]
}

function lacksReplicas(wanted = 1, running = 0): boolean {
  return running < wanted || wanted === 0
}

function isWell({ status }: Pod): boolean {
  if (status?.phase === 'Succeeded') return true
  const ready = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True')
  return ready === true && (status?.containerStatuses ?? []).every(({ restartCount }) => restartCount === 0)
}

function mapsOf(view: ClusterView, ref: ResourceRef): string[] {
  const template = view.templateOf(ref)
  return template ? podReferences(template.spec).flatMap(({ kind, name }) => (kind === 'ConfigMap' ? [name] : [])) : []
}
