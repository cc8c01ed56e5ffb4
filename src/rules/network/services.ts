import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { Severity } from '#src/domain/severity.ts'
import { isIntentionallyIdle } from '#src/rules/kit/intention.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { neededServices, type TemplateOwner, workloadsMatching } from '#src/rules/kit/network.ts'
import { foreignPods, foreignPodsMechanisms } from './services/foreign-pods.ts'
import { localPolicy, localPolicyMechanisms } from './services/local-policy.ts'
import { portMismatch, portMechanisms } from './services/port-mismatch.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { nearName } from '#src/rules/kit/names.ts'
import { defineRule } from '#src/rules/rule.ts'
import { patchService } from '#src/rules/kit/actions.ts'

const startup = 20_000

/** The workload that a service was most likely meant for, and the selector that would find its pods and no others. */
interface Likeness {
  workload: ResourceRef
  labels: Record<string, string>
  selector: Record<string, string>
}

/** With thousands of services and workloads only the first few services are held so closely against all workloads. */
const maxCompared = 5_000

const cache = new WeakMap<ClusterView, Map<Service, Likeness | undefined>>()

/** A workload that keeps pods running: the labels of its template, and those by which it knows its own pods. */
interface ServingWorkload {
  workload: ResourceRef
  labels: Record<string, string>
  identity: Record<string, string>
}

const servingCache = new WeakMap<ClusterView, Map<string, readonly ServingWorkload[]>>()

/** Services behind which nothing answers: no ready pod, a selector that finds none, or a port that leads nowhere. */
export const services = defineRule({
  name: 'services',
  finds: {
    ...foreignPodsMechanisms,
    ...portMechanisms,
    ...localPolicyMechanisms,
    service_without_endpoints: {
      title: 'a service has no ready endpoint',
      category: 'network',
      role: 'symptom',
      layer: 'symptom',
      detected:
        'A Service has no ready pod behind it, after 20 seconds; without a selector, it has no endpoint addresses.',
      from: [
        'Service `.spec.selector`',
        'Ready condition and labels of pods',
        'EndpointSlices of Services without a selector',
      ],
      suggests: [],
      limits: 'Not said of Services of jobs, of workloads that are meant to rest, and where the pods may not be read.',
    },
    service_selector_mismatch: {
      title: 'a service selects labels that no pod has',
      category: 'network',
      role: 'cause',
      layer: 'wiring',
      detected: 'A Service selects labels that no pod and no template has, and one workload comes close.',
      from: ['Service `.spec.selector` and name', '.spec.template.metadata.labels of the workloads of the namespace'],
      suggests: ['patch_service'],
      limits: 'Where no workload or more than one comes close, only service_without_endpoints is said.',
    },
  },
  find: (view) =>
    view.list('Service').flatMap((service) => {
      if (service.metadata.deletionTimestamp || service.spec.type === 'ExternalName') return []
      if (!view.covers('Pod', service.metadata.namespace)) return []
      return service.spec.selector && Object.keys(service.spec.selector).length > 0
        ? selecting(view, service)
        : manual(view, service)
    }),
})

function selecting(view: ClusterView, service: Service): FindingDraft[] {
  const pods = view
    .podsOfService(service)
    .filter(
      (pod) => !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed',
    )
  const ports = portMismatch(view, service, pods)
  const ready = pods.filter((pod) => isPodReady(pod))
  if (ready.length > 0)
    return [
      ...ports,
      ...localPolicy(view, service, ready),
      ...(ports.length > 0 ? [] : foreignPods(view, service, pods)),
    ]
  // Such a service publishes its pods before they are ready.
  if (service.spec.publishNotReadyAddresses && pods.length > 0) return ports
  const behind = workloadsMatching(view, service.metadata.namespace, service.spec.selector)
  if (isStarting(view, service, pods) || servesRuns(behind) || isMeantToRest(view, behind)) return []
  const severity = exposure(view, service)
  const found = pods.length > 0 || behind.length > 0
  return [
    withoutEndpoints(view, service, pods, severity),
    ...ports,
    ...(found || !seesTemplates(view, service) ? [] : selectorMismatch(view, service, severity)),
  ]
}

function isStarting(view: ClusterView, service: Service, pods: Pod[]): boolean {
  const ages = [service, ...pods].map((object) => view.ageOf(object.metadata.creationTimestamp) ?? startup)
  return (
    Math.min(...ages) < startup &&
    pods.every((pod) => (pod.status?.containerStatuses ?? []).every((each) => each.restartCount === 0))
  )
}

/** Pods of jobs come and go: their service is empty between two runs. */
function servesRuns(behind: readonly TemplateOwner[]): boolean {
  return behind.some(({ kind }) => kind === 'Job' || kind === 'CronJob')
}

/** All that it could select is at zero replicas by intent. */
function isMeantToRest(view: ClusterView, behind: readonly TemplateOwner[]): boolean {
  const replicated = behind.filter((owner) => owner.kind === 'Deployment' || owner.kind === 'StatefulSet')
  return replicated.length > 0 && replicated.every((workload) => isIntentionallyIdle(view, workload))
}

function seesTemplates(view: ClusterView, service: Service): boolean {
  const { namespace } = service.metadata
  return view.covers('Deployment', namespace) && view.covers('StatefulSet', namespace)
}

/** An outage where the outside comes in through it, else part of the service. */
function exposure(view: ClusterView, service: Service): Severity {
  const { namespace, name } = service.metadata
  if (service.spec.type === 'LoadBalancer' || service.spec.type === 'NodePort') return 'critical'
  const routed = view.list('Ingress').some((ingress) => {
    const paths = (ingress.spec?.rules ?? []).flatMap((rule) => rule.http?.paths ?? [])
    const backends = [ingress.spec?.defaultBackend, ...paths.map((path) => path.backend)]
    return ingress.metadata.namespace === namespace && backends.some((backend) => backend?.service?.name === name)
  })
  return routed ? 'critical' : 'high'
}

function withoutEndpoints(view: ClusterView, service: Service, pods: Pod[], severity: Severity): FindingDraft {
  const { name } = service.metadata
  const selector = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`)
  const why =
    pods.length > 0
      ? `none of the ${pods.length} pods that it selects is ready`
      : `no pod has the labels that it selects (${selector.join(', ')})`
  return draftFinding({
    mechanism: 'service_without_endpoints',
    resource: refOf(service),
    severity,
    confidence: 0.9,
    confidence_reason: 'compared with all pods of the namespace',
    statement: `Service ${name} has no ready endpoint: ${why}`,
    evidence: [
      objectEvidence(
        view.snapshot,
        service,
        '.spec.selector',
        `Service ${name} selects ${selector.join(', ')}: ${pods.length} pods, none ready`,
      ),
    ],
  })
}

/** Something that was seen sends to it: an Ingress, or a workload whose settings name it. */
function isUsed(view: ClusterView, service: Service): boolean {
  if (exposure(view, service) === 'critical') return true
  const templates = servingWorkloads(view, service.metadata.namespace).map(({ workload }) => view.templateOf(workload))
  return templates.some(
    (template) =>
      template &&
      neededServices(view, service.metadata.namespace ?? '', template.spec).some((need) => need.service === service),
  )
}

/** Without a selector a person maintains the endpoints; the API server's own service is kept by itself. */
function manual(view: ClusterView, service: Service): FindingDraft[] {
  const { namespace, name } = service.metadata
  if (!view.covers('EndpointSlice', namespace) || name === 'kubernetes') return []
  const slices = view
    .list('EndpointSlice')
    .filter(
      (slice) =>
        slice.metadata.namespace === namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === name,
    )
  if (slices.some((slice) => (slice.endpoints ?? []).length > 0)) return []
  const used = isUsed(view, service)
  return [
    draftFinding({
      mechanism: 'service_without_endpoints',
      resource: refOf(service),
      severity: used ? 'low' : 'info',
      confidence: 0.7,
      confidence_reason: used
        ? 'the person who maintains its endpoints may not have done so yet'
        : 'nothing that was seen calls it: it may have been made for later',
      statement: `Service ${name} has no selector and no endpoints: no address has been entered for it`,
      evidence: [
        objectEvidence(
          view.snapshot,
          service,
          '.spec.selector',
          `Service ${name} has no selector and no EndpointSlice with addresses`,
        ),
      ],
    }),
  ]
}

/** A service whose selector finds neither a pod nor a template; only reported where a workload comes close enough to be meant. */
function selectorMismatch(view: ClusterView, service: Service, severity: Severity): FindingDraft[] {
  const close = closestWorkload(view, service)
  if (!close) return []
  const { name } = service.metadata
  const selector = Object.entries(service.spec.selector ?? {})
  const wanted = selector.map(([key, value]) => `${key}=${value}`).join(', ')
  const differing = selector.filter(([key, value]) => close.labels[key] !== value).map(([key]) => key)
  const actual = differing.map((key) => (close.labels[key] === undefined ? `no ${key}` : `${key}=${close.labels[key]}`))
  const target = view.find(close.workload)
  return [
    draftFinding({
      mechanism: 'service_selector_mismatch',
      resource: refOf(service),
      severity,
      confidence: 0.93,
      confidence_reason: 'no pod and no pod template of the namespace has these labels, and one workload comes close',
      statement: `Service ${name} selects ${wanted}, but the pods of ${close.workload.kind} ${close.workload.name} are labelled ${actual.join(', ')}, so the selector finds no pod and the Service has no endpoints`,
      evidence: [
        objectEvidence(view.snapshot, service, '.spec.selector', `Service ${name} selects ${wanted}`),
        ...(target
          ? [
              objectEvidence(
                view.snapshot,
                target,
                '.spec.template.metadata.labels',
                `${close.workload.kind} ${close.workload.name} labels its pods ${Object.entries(close.labels)
                  .map(([key, value]) => `${key}=${value}`)
                  .join(', ')}`,
              ),
            ]
          : []),
      ],
      affects: [refOf(service)],
      remedies: [
        patchService(
          refOf(service),
          { selector: close.selector },
          { reason: `these are the labels of the pods of ${close.workload.kind} ${close.workload.name}` },
        ),
      ],
    }),
  ]
}

/** Compared with the service by its name and by each label of the selector; undefined where none or more than one comes close. */
function closestWorkload(view: ClusterView, service: Service): Likeness | undefined {
  const known = cache.get(view) ?? new Map<Service, Likeness | undefined>()
  cache.set(view, known)
  if (known.has(service)) return known.get(service)
  const candidates = servingWorkloads(view, service.metadata.namespace)
  if (known.size > 0 && (known.size + 1) * candidates.length > maxCompared) return undefined
  const closest = compare(service, candidates)
  known.set(service, closest)
  return closest
}

function compare(service: Service, candidates: readonly ServingWorkload[]): Likeness | undefined {
  const selector = service.spec.selector ?? {}
  const scored = candidates
    .map((candidate) => ({ candidate, score: likeness(service, selector, candidate) }))
    .filter(({ score }) => score >= 1)
    .toSorted((left, right) => right.score - left.score)
  const [best, second] = scored
  if (!best || second?.score === best.score) return undefined
  return { ...best.candidate, selector: selectorFor(selector, best.candidate, candidates) }
}

function likeness(service: Service, selector: Record<string, string>, candidate: ServingWorkload): number {
  const perLabel = Object.entries(selector).map(([key, value]) => {
    const own = candidate.labels[key]
    if (own === value) return 2
    if (own !== undefined && nearName(value, [own]) !== undefined) return 1.5
    return own !== undefined ? 0.5 : Object.values(candidate.labels).includes(value) ? 1 : 0
  })
  const names =
    service.metadata.name === candidate.workload.name
      ? 2
      : nearName(service.metadata.name, [candidate.workload.name])
        ? 1
        : 0
  return perLabel.reduce<number>((sum, score) => sum + score, names)
}

/** The same keys with the values of the template; the workload's own identity where these would find other pods as well. */
function selectorFor(
  selector: Record<string, string>,
  { labels, identity }: ServingWorkload,
  candidates: readonly ServingWorkload[],
): Record<string, string> {
  const same = Object.keys(selector).flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]] as const]))
  const proposed = Object.fromEntries(same)
  const found = candidates.filter((candidate) => matchesMap(proposed, candidate.labels))
  return found.length === 1 ? proposed : identity
}

/** Workloads of the namespace that keep pods running, with the labels of their templates. */
function servingWorkloads(view: ClusterView, namespace: string | undefined): readonly ServingWorkload[] {
  const known = servingCache.get(view) ?? new Map<string, readonly ServingWorkload[]>()
  servingCache.set(view, known)
  const found = known.get(namespace ?? '') ?? gather(view, namespace)
  known.set(namespace ?? '', found)
  return found
}

function gather(view: ClusterView, namespace: string | undefined): ServingWorkload[] {
  return [...view.list('Deployment'), ...view.list('StatefulSet'), ...view.list('DaemonSet')]
    .filter((workload) => workload.metadata.namespace === namespace)
    .map((workload) => ({
      workload: refOf(workload),
      labels: workload.spec.template.metadata?.labels ?? {},
      identity: workload.spec.selector.matchLabels ?? {},
    }))
}
