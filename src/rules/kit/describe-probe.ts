import type { Container, Probe } from '#src/domain/kubernetes/objects.ts'
import { probePort } from './probe-port.ts'

/** What a probe does, for people: `GET /readyz on port 8080`. */
export function describeProbe(probe: Probe, spec: Container): string {
  const asked = probePort(probe)
  const declared = spec.ports?.find((each) => each.name === asked)
  const port = declared ? `${declared.containerPort} (${asked})` : asked
  if (probe.httpGet) return `GET ${probe.httpGet.path ?? '/'} on port ${port}`
  if (probe.tcpSocket) return `TCP on port ${port}`
  if (probe.grpc) return `gRPC on port ${port}`
  return `exec ${(probe.exec?.command ?? []).join(' ').slice(0, 80)}`
}
