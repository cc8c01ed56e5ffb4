import { setImmediate as nextTick } from 'node:timers/promises'
import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { Node, KubernetesObject, WebhookConfiguration, Container } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { readNeighbours } from './read-neighbours.ts'
import { readOwners } from './read-owners.ts'
import { readPlatform } from './read-platform.ts'
import type { Reading } from './reading.ts'
import { runBounded } from '#src/util/bounded.ts'
import { toldByMessages, type ToldByMessages } from './named-in-messages.ts'
import { isObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { isClusterScoped } from '#src/domain/kubernetes/cluster-scoped.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { podSpecsOf } from './pod-specs-of.ts'

const mostNodes = 10

const group = 'gateway.networking.k8s.io'

const mostSingle = 20

/** A service of another namespace that configuration calls. `certain` where it is written with `.svc`: nothing else looks like that. */
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

const mostText = 262_144

/**
 * What only some incidents turn on, read because the picture so far points to it, and what the diagnosis asked for. Everything
 * that leads to other namespaces is gathered first, so that each of them is read and narrowed once.
 */
export async function readBeyond(
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
  // Reading thousands of objects takes its time: others get their turn in between.
  await nextTick()
  const called = namespace === undefined ? [] : calledServices(view, namespace)
  await nextTick()
  const refs = [
    ...(await findWider(reading, wider)),
    ...(await findTold(reading, toldByMessages(view))),
    ...(await findCalledServices(reading, called)),
  ]
  await readNeighbours(
    reading,
    refs.filter((ref) => ref.namespace !== namespace),
  )
}

/** Events about nodes lie in the namespace default. */
function nodeEventReads({ reads }: Reading, view: ClusterView): (() => Promise<void>)[] {
  const unwell = view.list('Node').filter(isUnwell).slice(0, mostNodes)
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

/** What the diagnosis asks for beyond the first picture: the things themselves, and the namespaces they live in. */
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
 * Services that configuration calls in other namespaces. What is written like a host of two labels may as well be a host outside
 * the cluster: it is followed only into a namespace that is proved to be there.
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
    [...classes].slice(0, mostSingle).map((name) => () => reads.get('GatewayClass', undefined, name)),
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
  return [...new Map(named.map((parent) => [`${parent.space}/${parent.name}`, parent])).values()].slice(0, mostSingle)
}

/** What messages point at in other namespaces: services behind webhooks, and pods that took others' place. */
async function findTold(reading: Reading, told: ToldByMessages): Promise<ResourceRef[]> {
  const services = told.webhooks.length > 0 ? await findWebhookServices(reading, told.webhooks) : []
  return [...services, ...(await findPreemptors(reading, told))]
}

/** Only a node and a uid are told: the pods of that node are looked through, and the one is kept. */
async function findPreemptors(reading: Reading, { preemptors }: ToldByMessages): Promise<ResourceRef[]> {
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
  const { reads, picture } = reading
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
  return refs.filter((ref) => !picture.isAbsent(ref))
}

/** The services of other namespaces that env values, commands and the config maps that pods use name by host, each once. */
export function calledServices(view: ClusterView, namespace: string): CalledService[] {
  const found = new Map<string, CalledService>()
  let budget = mostText
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
