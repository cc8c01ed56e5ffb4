import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { Deployment, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { neededServices } from './network.ts'

/** At zero replicas by intent: a scale-to-zero autoscaler keeps it, or a note says so and nothing that runs or routes asks for it. */
export function isIntentionallyIdle(view: ClusterView, workload: Deployment | StatefulSet): boolean {
  if (workload.spec.replicas !== 0) return false
  return sleeps(view, workload) || (intentionNote(view, workload) !== undefined && !isAskedFor(view, workload))
}

function sleeps(view: ClusterView, { metadata, kind }: Deployment | StatefulSet): boolean {
  if (metadata.labels?.['serving.knative.dev/revision']) return true
  return view
    .list('HorizontalPodAutoscaler')
    .some(
      (autoscaler) =>
        autoscaler.metadata.namespace === metadata.namespace &&
        (autoscaler.metadata.ownerReferences ?? []).some((owner) => owner.kind === 'ScaledObject') &&
        autoscaler.spec.scaleTargetRef.kind === kind &&
        autoscaler.spec.scaleTargetRef.name === metadata.name,
    )
}

function isAskedFor(view: ClusterView, { metadata, spec }: Deployment | StatefulSet): boolean {
  const namespace = metadata.namespace ?? ''
  const services = view.servicesSelecting(namespace, spec.template.metadata?.labels)
  const running = [...view.list('Deployment'), ...view.list('StatefulSet')].filter(
    (other) => other.metadata.namespace === namespace && other.spec.replicas !== 0,
  )
  const needed = new Set(
    running.flatMap((other) => neededServices(view, namespace, other.spec.template.spec).map(({ service }) => service)),
  )
  const routed = new Set(routedServices(view, namespace))
  return services.some((service) => needed.has(service) || routed.has(service.metadata.name))
}

function routedServices(view: ClusterView, namespace: string): (string | undefined)[] {
  const ingresses = view.list('Ingress').filter((ingress) => ingress.metadata.namespace === namespace)
  return ingresses.flatMap(({ spec }) => {
    const paths = (spec?.rules ?? []).flatMap((rule) => rule.http?.paths ?? [])
    return [spec?.defaultBackend, ...paths.map((path) => path.backend)].map((backend) => backend?.service?.name)
  })
}

/** Written by controllers and tools, not by people. */
const machineKeys =
  /^(kubectl\.kubernetes\.io|deployment\.kubernetes\.io|autoscaling\.alpha\.kubernetes\.io|meta\.helm\.sh)\//
const restWords =
  /suspend|paus|scal(e|ed|ing)\b|replicas|zero|disabl|stopped|switched off|turned off|parked|on hold|dormant/i
const reasonKeys = /reason|note|why|until|by|since|comment|description|ticket|intent/i

/**
 * The note of a person in the annotations that says that an object is meant to rest, as it stands there; undefined where there is
 * none, or where the day that it names has passed.
 */
export function intentionNote(view: ClusterView, { metadata }: KubernetesObject): string | undefined {
  const note = Object.entries(metadata.annotations ?? {}).find(([key, value]) => {
    const name = key.split('/').at(-1) ?? key
    const isProse = /\s/.test(value.trim())
    return (
      !machineKeys.test(key) &&
      restWords.test(`${name} ${value}`) &&
      (isProse || (reasonKeys.test(name) && value !== ''))
    )
  })
  if (!note) return undefined
  const [key, value] = note
  const day = /until\W*(\d{4}-\d{2}-\d{2})/i.exec(`${key} ${value}`)?.[1]
  const isOver = day !== undefined && (view.ageOf(`${day}T23:59:59Z`) ?? 0) > 0
  return isOver ? undefined : value
}
