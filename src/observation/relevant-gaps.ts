import { summarizeGaps } from './summarize-gaps.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { Node, ObservedKind } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { MissedRead } from './picture.ts'
import { referredObjects } from './referred-objects.ts'
import type { ToldByMessages } from './told-by-messages.ts'
import { suspectNodes } from './suspect-nodes.ts'
import { troubleIn, type Trouble } from './trouble-in.ts'

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
