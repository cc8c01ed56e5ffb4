import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { Node, ObservedKind, KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { MissedRead } from './snapshot-builder.ts'
import { referredObjects } from './referred-objects.ts'
import type { ToldByMessages } from './named-in-messages.ts'
import { suspectNodes } from './suspect-nodes.ts'

/** What a namespace visibly lacks; where pods were not seen, everything may be in trouble. */
interface Trouble {
  any: boolean
  /** A pod waits for a node, or a node may have let it down. */
  placement: boolean
  /** A workload has fewer pods than it wants. */
  missing_pods: boolean
  /** A claim is not bound, or claims were not seen. */
  storage: boolean
}

const recentRestart = 600_000

const mostOfOneReason = 3

const permission = /^(get|list|watch) on (\S+) (in .+)$/

/** What the judgement of missed reads rests on. */
export interface GapQuestion {
  view: ClusterView
  namespace?: string
  resource: ResourceRef
  missed: readonly MissedRead[]
  told: ToldByMessages
}

interface Facts extends GapQuestion {
  trouble: Trouble
  /** True where an object of the kind is named by another, and was not got by its name either. */
  isOpen(kind: ObservedKind): boolean
}

const always = () => true

const inTrouble = ({ trouble }: Facts) => trouble.any

const openInTrouble = (kind: ObservedKind) => (facts: Facts) => facts.trouble.any && facts.isOpen(kind)

/** A webhook that a message names was found in neither kind of configuration. */
function lacksWebhook({ told, view }: Facts): boolean {
  const configurations = [...view.list('ValidatingWebhookConfiguration'), ...view.list('MutatingWebhookConfiguration')]
  const seen = new Set(configurations.flatMap(({ webhooks }) => (webhooks ?? []).map((webhook) => webhook.name)))
  return told.webhooks.some((name) => !seen.has(name))
}

/** When a refused read could have changed the verdict. Every kind has its line, so that a new one is thought about. */
const matters: Record<ObservedKind | 'Event', (facts: Facts) => boolean> = {
  Pod: always,
  Deployment: always,
  StatefulSet: always,
  DaemonSet: always,
  Job: always,
  CronJob: always,
  Service: always,
  Ingress: always,
  HorizontalPodAutoscaler: always,
  PersistentVolumeClaim: always,
  Event: always,
  ReplicaSet: inTrouble,
  ControllerRevision: ({ trouble, view }) =>
    trouble.any && view.list('StatefulSet').length + view.list('DaemonSet').length > 0,
  EndpointSlice: ({ view }) => view.list('Service').length > 0,
  ConfigMap: openInTrouble('ConfigMap'),
  // Ingresses fail without their certificate while every pod is well.
  Secret: (facts) =>
    facts.isOpen('Secret') &&
    (facts.trouble.any || facts.view.list('Ingress').some((entry) => entry.spec?.tls?.length)),
  ServiceAccount: openInTrouble('ServiceAccount'),
  NetworkPolicy: inTrouble,
  PodDisruptionBudget: ({ trouble, view }) => trouble.any || view.list('Node').some((node) => node.spec?.unschedulable),
  ResourceQuota: ({ trouble }) => trouble.missing_pods,
  LimitRange: ({ trouble }) => trouble.missing_pods,
  Role: ({ told }) => told.forbidden,
  RoleBinding: ({ told }) => told.forbidden,
  Node: ({ trouble, view }) => trouble.placement || view.list('DaemonSet').length > 0,
  PersistentVolume: ({ trouble }) => trouble.storage,
  StorageClass: ({ trouble }) => trouble.storage,
  PriorityClass: (facts) => facts.trouble.placement && facts.isOpen('PriorityClass'),
  Namespace: ({ view, namespace }) => !view.covers('Pod', namespace),
  // An Ingress that has been given an address is served, whatever its class says.
  IngressClass: ({ view }) => view.list('Ingress').some(({ status }) => !status?.loadBalancer?.ingress?.length),
  // Read only where something of the incident points to them: then what is refused is missed.
  Gateway: always,
  GatewayClass: always,
  HTTPRoute: always,
  VolumeAttachment: always,
  APIService: always,
  // The kubelet's own words say that a driver is missing.
  CSINode: () => false,
  Lease: ({ view }) => suspectNodes(view).some(countsAsReady),
  ValidatingWebhookConfiguration: lacksWebhook,
  MutatingWebhookConfiguration: lacksWebhook,
}

/** Read one by one because something of the incident points to that very object. */
const pointedTo: ReadonlySet<string> = new Set(['Gateway', 'GatewayClass', 'APIService', 'CSINode', 'Lease'])

/** Of a node that is not ready the verdict stands without its lease. */
function countsAsReady(node: Node): boolean {
  return (node.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
}

/** References by name can be closed by reading each name; a workload that nobody names cannot. */
const closedByName: ReadonlySet<string> = new Set(['ConfigMap', 'Secret', 'ServiceAccount', 'PriorityClass'])

/**
 * The gaps that could have changed the verdict. A refusal is a standing fact of a role and is judged by what it hides; any other
 * failure is told always. Many failures of one reason are told once.
 */
export function relevantGaps(question: GapQuestion): Gap[] {
  const { view, namespace, missed } = question
  if (!missed.some((read) => read.status === 'forbidden')) return summarizeGaps(missed.map((read) => read.gap))
  // Asked for only where a refused kind turns on it: in a large namespace it takes its time.
  let known: ResourceRef[] | undefined
  const referred = () => (known ??= namespace === undefined ? [] : referredObjects(view, namespace))
  const facts: Facts = {
    ...question,
    trouble: troubleIn(view, namespace),
    isOpen: (kind) =>
      closedByName.has(kind) &&
      referred().some((ref) => ref.kind === kind && view.existence(kind, ref.namespace, ref.name) === 'unseen'),
  }
  const told = missed.filter((read) => read.status !== 'forbidden' || couldMatter(read, facts))
  return summarizeGaps(told.map((read) => read.gap))
}

/** The thing that was asked about, or whatever a refused list hides from the verdict. */
function couldMatter(read: MissedRead, facts: Facts): boolean {
  const { resource, namespace, trouble, view } = facts
  if (read.kind === 'Namespace') return read.name === namespace && matters.Namespace(facts)
  if (read.name !== undefined) {
    if (pointedTo.has(read.kind)) return matters[read.kind](facts)
    return isAskedFor(read, resource) || (trouble.any && isCalled(read, namespace))
  }
  if (read.kind === resource.kind && view.find(resource) === undefined) return true
  if (read.namespace !== undefined && read.namespace !== namespace) return trouble.any
  return matters[read.kind](facts)
}

/** A service of another namespace, looked for because something here calls it. */
function isCalled(read: MissedRead, own: string | undefined): boolean {
  return read.kind === 'Service' && read.namespace !== own
}

function isAskedFor(read: MissedRead, resource: ResourceRef): boolean {
  return read.kind === resource.kind && read.name === resource.name && read.namespace === resource.namespace
}

/** Each gap once; many of one reason and scope become one that still names every permission that is missing. */
export function summarizeGaps(gaps: readonly Gap[]): Gap[] {
  const distinct = new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()
  const byReason = Map.groupBy(distinct, reasonOf)
  return [...byReason.values()].flatMap((same) => (same.length <= mostOfOneReason ? same : [merge(same)]))
}

/** Refusals belong together by verb and scope; all else by what would close it. */
function reasonOf({ why, needs }: Gap): string {
  const [, verb, , scope] = permission.exec(needs) ?? []
  return verb === undefined ? `${why}\n${needs}` : `${why}\n${verb} ${scope}`
}

function merge(gaps: readonly Gap[]): Gap {
  const named = gaps.slice(0, mostOfOneReason).map((gap) => gap.what)
  const what = `${named.join(', ')} and ${gaps.length - mostOfOneReason} more`
  const [first] = gaps
  const parts = gaps.map((gap) => permission.exec(gap.needs))
  const [, verb, , scope] = parts[0] ?? []
  const needs = verb === undefined ? first?.needs : `${verb} on ${parts.map((part) => part?.[2]).join(', ')} ${scope}`
  return { what, why: first?.why ?? '', needs: needs ?? '' }
}

/** Looks for signs of trouble in what was seen: they decide which refused reads could have changed the verdict. */
function troubleIn(view: ClusterView, namespace: string | undefined): Trouble {
  const inNamespace = (object: KubernetesObject) => object.metadata.namespace === namespace
  if (!view.covers('Pod', namespace)) return { any: true, placement: true, missing_pods: true, storage: true }
  const pods = view.list('Pod').filter(inNamespace)
  const unwell = pods.filter((pod) => !isWell(view, pod))
  const runs = lacksRuns(view, inNamespace)
  const missing_pods = runs || lacksPods(view, inNamespace, 'replicas')
  const lacking = missing_pods || lacksPods(view, inNamespace, 'readyReplicas')
  const claims = view.list('PersistentVolumeClaim').filter(inNamespace)
  const unbound = claims.some((claim) => claim.status?.phase !== 'Bound')
  const storage = unbound || (!view.covers('PersistentVolumeClaim', namespace) && unwell.length > 0)
  return {
    any: unwell.length > 0 || lacking || unbound || isRollingOut(view, inNamespace),
    placement: unwell.some(hasNoPlace),
    missing_pods,
    storage,
  }
}

function isWell(view: ClusterView, pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp) return false
  if (pod.status?.phase === 'Succeeded') return true
  if (condition(pod, 'Ready') !== 'True') return false
  return (pod.status?.containerStatuses ?? []).every((status) => {
    const age = view.ageOf(status.lastState?.terminated?.finishedAt)
    return status.restartCount === 0 || age === undefined || age > recentRestart
  })
}

function hasNoPlace(pod: Pod): boolean {
  const lost = condition(pod, 'Ready') === 'False' && condition(pod, 'ContainersReady') === 'True'
  // A pod that a node gave up bears a reason; one whose program failed does not.
  const givenUp = pod.status?.phase === 'Failed' && pod.status.reason !== undefined
  return !pod.spec.nodeName || givenUp || lost || pod.metadata.deletionTimestamp !== undefined
}

function condition(pod: Pod, type: string): string | undefined {
  return pod.status?.conditions?.find((entry) => entry.type === type)?.status
}

/** Fewer pods than wanted are there, or are ready. */
function lacksPods(
  view: ClusterView,
  inNamespace: (object: KubernetesObject) => boolean,
  count: 'replicas' | 'readyReplicas',
): boolean {
  const replicated = [...view.list('Deployment'), ...view.list('StatefulSet'), ...view.list('ReplicaSet')]
  return replicated.filter(inNamespace).some(({ spec, status }) => (status?.[count] ?? 0) < (spec.replicas ?? 1))
}

/** A rollout that is not through, though the pods of the former revision may all be well. */
function isRollingOut(view: ClusterView, inNamespace: (object: KubernetesObject) => boolean): boolean {
  return view
    .list('Deployment')
    .filter(inNamespace)
    .some(({ spec, status }) => (status?.updatedReplicas ?? 0) < (spec.replicas ?? 1))
}

function lacksRuns(view: ClusterView, inNamespace: (object: KubernetesObject) => boolean): boolean {
  const sets = view.list('DaemonSet').filter(inNamespace)
  const jobs = view.list('Job').filter(inNamespace)
  return (
    sets.some(({ status }) => (status?.numberReady ?? 0) < (status?.desiredNumberScheduled ?? 0)) ||
    jobs.some(({ status }) => (status?.failed ?? 0) > 0 || (!status?.completionTime && !status?.active))
  )
}
