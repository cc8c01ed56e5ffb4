import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { PodSpec, Service } from '#src/domain/kubernetes/objects.ts'

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
    const own = (container.env ?? []).flatMap(({ name, value, valueFrom }) => {
      const ref = valueFrom?.configMapKeyRef
      const referred = ref?.name ? view.get('ConfigMap', namespace, ref.name)?.data?.[ref.key] : undefined
      const text = value ?? referred
      return text === undefined ? [] : [{ name, value: text }]
    })
    const whole = (container.envFrom ?? []).flatMap(({ configMapRef }) =>
      Object.entries((configMapRef?.name && view.get('ConfigMap', namespace, configMapRef.name)?.data) || {}),
    )
    return [...own, ...whole.map(([name, value]) => ({ name, value }))]
  })
}
