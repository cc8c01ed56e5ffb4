import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container, Pod } from '#src/domain/kubernetes/objects.ts'
import { probePort } from '#src/rules/kit/probe-port.ts'

/**
 * The port that a probe of a container was meant to ask, by what else is known: its only declared port, the one that its other
 * probes ask, the one that a Service sends to, the one named like web traffic. Undefined where these leave a choice.
 */
export function servedPort(view: ClusterView, pod: Pod, spec: Container, wrong: number | string): number | undefined {
  const declared = (spec.ports ?? [])
    .filter((port) => (port.protocol ?? 'TCP') === 'TCP')
    .map((port) => port.containerPort)
  if (declared.length === 1) return declared[0]
  const numberOf = (port: number | string | undefined): number | undefined =>
    typeof port === 'number' ? port : spec.ports?.find((each) => each.name === port)?.containerPort
  const others = [spec.readinessProbe, spec.livenessProbe, spec.startupProbe].flatMap((probe) => {
    const port = probe && probePort(probe)
    return port === undefined || port === wrong ? [] : (numberOf(port) ?? [])
  })
  const targets = view
    .servicesSelecting(pod.metadata.namespace, pod.metadata.labels)
    .flatMap((service) => service.spec.ports ?? [])
    .flatMap((port) => numberOf(port.targetPort ?? port.port) ?? [])
  const web = (spec.ports ?? [])
    .filter((port) => /^(?:http|web|api)/.test(port.name ?? ''))
    .map((port) => port.containerPort)
  for (const candidates of [others, targets, web]) {
    const usable = [...new Set(candidates)].filter(
      (port) => port !== wrong && (declared.length === 0 || declared.includes(port)),
    )
    if (usable.length === 1) return usable[0]
  }
  return undefined
}
