import type { ClusterView, Existence } from '#src/domain/cluster-view.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { PodSpec } from '#src/domain/kubernetes/objects.ts'
import type { CronJob, DaemonSet, Deployment, Job, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { envSources } from './references.ts'

/** What makes pods from a template. */
export type TemplateOwner = Deployment | StatefulSet | DaemonSet | Job | CronJob

/** By namespace, label and value: with thousands of workloads and Services nobody may hold all of them against all. */
const cache = new WeakMap<ClusterView, Map<string, TemplateOwner[]>>()

/** The workloads of a namespace whose templates have all labels of a selector; none for an empty one. */
export function workloadsMatching(
  view: ClusterView,
  namespace: string | undefined,
  selector: Record<string, string> | undefined,
): TemplateOwner[] {
  const index = cache.get(view) ?? buildIndex(view)
  const lists = Object.entries(selector ?? {}).map(([key, value]) => index.get(keyOf(namespace, key, value)) ?? [])
  const [shortest] = lists.toSorted((left, right) => left.length - right.length)
  return (shortest ?? []).filter((owner) => matchesMap(selector, labelsOf(owner)))
}

function buildIndex(view: ClusterView): Map<string, TemplateOwner[]> {
  const index = new Map<string, TemplateOwner[]>()
  const owners: TemplateOwner[] = [
    ...view.list('Deployment'),
    ...view.list('StatefulSet'),
    ...view.list('DaemonSet'),
    ...view.list('Job'),
    ...view.list('CronJob'),
  ]
  for (const owner of owners)
    for (const [key, value] of Object.entries(labelsOf(owner) ?? {})) {
      const place = keyOf(owner.metadata.namespace, key, value)
      const known = index.get(place)
      if (known) known.push(owner)
      else index.set(place, [owner])
    }
  cache.set(view, index)
  return index
}

function labelsOf(owner: TemplateOwner): Record<string, string> | undefined {
  const { template } = owner.kind === 'CronJob' ? owner.spec.jobTemplate.spec : owner.spec
  return template.metadata?.labels
}

function keyOf(namespace: string | undefined, key: string, value: string): string {
  return `${namespace ?? ''}/${key}=${value}`
}

/** True where a Service stands in front of this workload's own pods: nobody waits for or calls itself. */
export function selectsWorkload(view: ClusterView, service: Service, workload: ResourceRef): boolean {
  if (service.metadata.namespace !== workload.namespace) return false
  return matchesMap(service.spec.selector, view.templateOf(workload)?.metadata?.labels)
}

/** Endings of names that are outside the cluster. */
const outsideCluster = /\.(?:com|net|org|io|dev|app|cloud|internal|local|lan|corp|test|example|[a-z]{2})$/i

/** The Service that a host name stands for inside the cluster, and whether it exists; undefined for names from outside. */
export function serviceOfHost(
  view: ClusterView,
  host: string,
  namespace: string | undefined,
): { service: ResourceRef; existence: Existence } | undefined {
  const [name = '', second, third] = host.split('.')
  if (/^\d/.test(host) && /^[\d.]+$/.test(host)) return undefined
  // `db-0.db` is one pod of the headless Service db.
  if (second !== undefined && third === undefined && view.get('Service', namespace, second)) {
    return { service: { kind: 'Service', namespace, name: second }, existence: 'present' }
  }
  const inCluster = second === undefined || third === 'svc'
  if (!inCluster && (third !== undefined || view.existence('Namespace', undefined, second) !== 'present')) {
    if (outsideCluster.test(host) || third !== undefined) return undefined
  }
  const service = { kind: 'Service', namespace: second ?? namespace, name }
  const seen = view.existence('Service', service.namespace, name)
  const elsewhere = second !== undefined && second !== namespace
  const noNamespace = elsewhere && view.existence('Namespace', undefined, second) === 'absent'
  return { service, existence: seen !== 'present' && noNamespace ? 'absent' : seen }
}

/** Services that a workload's settings name as hosts (of other namespaces by their full name), with the port where one is written. */
export function neededServices(
  view: ClusterView,
  namespace: string,
  spec: PodSpec,
): { service: Service; port?: number; via: string }[] {
  const settings = settingsOf(view, namespace, spec)
  return view.list('Service').flatMap((service) => {
    const host = service.metadata.name.replaceAll(/[^a-z0-9-]/g, '')
    const own = service.metadata.namespace ?? ''
    const place = `(?:\\.${own}(?:\\.svc[a-z.]*)?)${own === namespace ? '?' : ''}`
    const pattern = new RegExp(`(?:^|[/@,\\s])${host}${place}(?::(\\d+))?(?:[/,?\\s]|$)`)
    const found = settings.flatMap(({ name, value }) => {
      const match = pattern.exec(value)
      return match ? [{ via: name, port: match[1] === undefined ? undefined : Number(match[1]) }] : []
    })
    const [first] = found
    return first ? [{ service, ...first }] : []
  })
}

function settingsOf(view: ClusterView, namespace: string, spec: PodSpec): { name: string; value: string }[] {
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap((container) => {
    const entries = [...envSources(view, namespace, container)].flatMap(([name, sources]) =>
      sources.flatMap(({ value, entry }) => (value === undefined ? [] : [{ name, value, isOwn: entry !== undefined }])),
    )
    // The container's own entries come first: the sentence about a setting names the nearest place.
    return [...entries.filter(({ isOwn }) => isOwn), ...entries.filter(({ isOwn }) => !isOwn)]
  })
}
