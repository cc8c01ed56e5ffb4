import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { NamedInMessages } from './named-in-messages.ts'
import { nodesInDoubt } from './read-platform.ts'
import { referredObjects } from './referred-objects.ts'
import type { IncompleteRead } from './snapshot-builder.ts'

/** What is visibly wrong in a namespace; where pods were not seen, anything may be wrong. */
interface Symptoms {
  any: boolean
  /** A pod waits for a node, or its node may have failed. */
  placement: boolean
  /** A workload has fewer pods than it wants. */
  missing_pods: boolean
  /** A claim is not bound, or claims were not seen. */
  storage: boolean
}

const recentRestartMs = 600_000

const maxPerReason = 3

const permission = /^(get|list|watch) on (\S+) (in .+)$/

/** What decides whether an incomplete read is relevant. */
export interface GapQuestion {
  view: ClusterView
  namespace?: string
  resource: ResourceRef
  incomplete: readonly IncompleteRead[]
  named: NamedInMessages
}

interface Facts extends GapQuestion {
  symptoms: Symptoms
  /** True where another object names an object of the kind that could not be read by name either. */
  isOpen(kind: ObservedKind): boolean
}

const always = () => true

const withSymptoms = ({ symptoms }: Facts) => symptoms.any

const unresolvedWithSymptoms = (kind: ObservedKind) => (facts: Facts) => facts.symptoms.any && facts.isOpen(kind)

/** A webhook that a message names was found in neither kind of configuration. */
function lacksWebhook({ named, view }: Facts): boolean {
  const configurations = [...view.list('ValidatingWebhookConfiguration'), ...view.list('MutatingWebhookConfiguration')]
  const seen = new Set(configurations.flatMap(({ webhooks }) => (webhooks ?? []).map((webhook) => webhook.name)))
  return named.webhooks.some((name) => !seen.has(name))
}

/** When a refused read could have changed the verdict. Every kind has a line, so that the compiler asks about a new one. */
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
  ReplicaSet: withSymptoms,
  ControllerRevision: ({ symptoms, view }) =>
    symptoms.any && view.list('StatefulSet').length + view.list('DaemonSet').length > 0,
  EndpointSlice: ({ view }) => view.list('Service').length > 0,
  ConfigMap: unresolvedWithSymptoms('ConfigMap'),
  // Ingresses fail without their certificate while every pod is well.
  Secret: (facts) =>
    facts.isOpen('Secret') &&
    (facts.symptoms.any || facts.view.list('Ingress').some((entry) => entry.spec?.tls?.length)),
  ServiceAccount: unresolvedWithSymptoms('ServiceAccount'),
  NetworkPolicy: withSymptoms,
  PodDisruptionBudget: ({ symptoms, view }) =>
    symptoms.any || view.list('Node').some((node) => node.spec?.unschedulable),
  ResourceQuota: ({ symptoms }) => symptoms.missing_pods,
  LimitRange: ({ symptoms }) => symptoms.missing_pods,
  Role: ({ named }) => named.forbidden,
  RoleBinding: ({ named }) => named.forbidden,
  Node: ({ symptoms, view }) => symptoms.placement || view.list('DaemonSet').length > 0,
  PersistentVolume: ({ symptoms }) => symptoms.storage,
  StorageClass: ({ symptoms }) => symptoms.storage,
  PriorityClass: (facts) => facts.symptoms.placement && facts.isOpen('PriorityClass'),
  Namespace: ({ view, namespace }) => !view.covers('Pod', namespace),
  // An Ingress that has an address is served, whatever its class.
  IngressClass: ({ view }) => view.list('Ingress').some(({ status }) => !status?.loadBalancer?.ingress?.length),
  // Read only where something of the incident points to them, so a refusal is always relevant.
  Gateway: always,
  GatewayClass: always,
  HTTPRoute: always,
  VolumeAttachment: always,
  APIService: always,
  // The message of the kubelet already says that a driver is missing.
  CSINode: () => false,
  Lease: ({ view }) => nodesInDoubt(view).some(countsAsReady),
  ValidatingWebhookConfiguration: lacksWebhook,
  MutatingWebhookConfiguration: lacksWebhook,
}

/** Read one by one because something of the incident points to that very object. */
const pointedTo: ReadonlySet<string> = new Set(['Gateway', 'GatewayClass', 'APIService', 'CSINode', 'Lease'])

/** For a node that is not ready the verdict needs no lease. */
function countsAsReady(node: Node): boolean {
  return (node.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
}

/** References by name can be resolved by reading each name; a workload that nothing names cannot. */
const closedByName: ReadonlySet<string> = new Set(['ConfigMap', 'Secret', 'ServiceAccount', 'PriorityClass'])

/**
 * The gaps that could have changed the verdict. A refusal is a lasting property of a role and counts only where it hides something
 * relevant; any other failure is always a gap. Many failures with one reason become one gap.
 */
export function relevantGaps(question: GapQuestion): Gap[] {
  const { view, namespace, incomplete } = question
  if (!incomplete.some((read) => read.status === 'forbidden')) return summarizeGaps(incomplete.map((read) => read.gap))
  // Computed only where a refused kind depends on it, because it is slow in a large namespace.
  let known: ResourceRef[] | undefined
  const referred = () => (known ??= namespace === undefined ? [] : referredObjects(view, namespace))
  const facts: Facts = {
    ...question,
    symptoms: findSymptoms(view, namespace),
    isOpen: (kind) =>
      closedByName.has(kind) &&
      referred().some((ref) => ref.kind === kind && view.existence(kind, ref.namespace, ref.name) === 'unseen'),
  }
  const relevant = incomplete.filter((read) => read.status !== 'forbidden' || couldMatter(read, facts))
  return summarizeGaps(relevant.map((read) => read.gap))
}

/** True for the resource in question, and for a refused list that hides something relevant. */
function couldMatter(read: IncompleteRead, facts: Facts): boolean {
  const { resource, namespace, symptoms, view } = facts
  if (read.kind === 'Namespace') return read.name === namespace && matters.Namespace(facts)
  if (read.name !== undefined) {
    if (pointedTo.has(read.kind)) return matters[read.kind](facts)
    return isAskedFor(read, resource) || (symptoms.any && isCalled(read, namespace))
  }
  if (read.kind === resource.kind && view.find(resource) === undefined) return true
  if (read.namespace !== undefined && read.namespace !== namespace) return symptoms.any
  return matters[read.kind](facts)
}

/** A service of another namespace, looked for because something here calls it. */
function isCalled(read: IncompleteRead, own: string | undefined): boolean {
  return read.kind === 'Service' && read.namespace !== own
}

function isAskedFor(read: IncompleteRead, resource: ResourceRef): boolean {
  return read.kind === resource.kind && read.name === resource.name && read.namespace === resource.namespace
}

/** Each gap once; many of one reason and scope become one that still names every permission that is missing. */
export function summarizeGaps(gaps: readonly Gap[]): Gap[] {
  const distinct = new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()
  const byReason = Map.groupBy(distinct, reasonOf)
  return [...byReason.values()].flatMap((same) => (same.length <= maxPerReason ? same : [merge(same)]))
}

/** Refusals are grouped by verb and scope, all others by what would close the gap. */
function reasonOf({ why, needs }: Gap): string {
  const [, verb, , scope] = permission.exec(needs) ?? []
  return verb === undefined ? `${why}\n${needs}` : `${why}\n${verb} ${scope}`
}

function merge(gaps: readonly Gap[]): Gap {
  const named = gaps.slice(0, maxPerReason).map((gap) => gap.what)
  const what = `${named.join(', ')} and ${gaps.length - maxPerReason} more`
  const [first] = gaps
  const parts = gaps.map((gap) => permission.exec(gap.needs))
  const [, verb, , scope] = parts[0] ?? []
  const needs = verb === undefined ? first?.needs : `${verb} on ${parts.map((part) => part?.[2]).join(', ')} ${scope}`
  return { what, why: first?.why ?? '', needs: needs ?? '' }
}

/** The symptoms decide which refused reads could have changed the verdict. */
function findSymptoms(view: ClusterView, namespace: string | undefined): Symptoms {
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
    return status.restartCount === 0 || age === undefined || age > recentRestartMs
  })
}

function hasNoPlace(pod: Pod): boolean {
  const lost = condition(pod, 'Ready') === 'False' && condition(pod, 'ContainersReady') === 'True'
  // A pod that was evicted from its node has a reason; one whose program failed has none.
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

/** True for a rollout that has not completed, though all pods of the former revision may be ready. */
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
