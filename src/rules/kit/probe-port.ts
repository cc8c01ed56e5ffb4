import type { Probe } from '#src/domain/kubernetes/objects.ts'

/** The port that a probe asks, as it stands in the spec; undefined for exec probes. */
export function probePort(probe: Probe): number | string | undefined {
  return probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port
}
