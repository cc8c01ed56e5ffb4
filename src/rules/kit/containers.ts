import type { Container, PodTemplate, Probe } from '#src/domain/kubernetes/objects.ts'

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

/** The port that a probe asks, as it stands in the spec; undefined for exec probes. */
export function probePort(probe: Probe): number | string | undefined {
  return probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port
}

/** A container of a pod template, init containers included. */
export function containerNamed(template: PodTemplate, name: string): Container | undefined {
  return [...template.spec.containers, ...(template.spec.initContainers ?? [])].find((spec) => spec.name === name)
}

/** An image reference in its parts. `registry` is the host that is asked for it. */
export interface ImageReference {
  registry: string
  repository: string
  tag?: string
  digest?: string
}

/** Splits an image reference; a first part with a dot or a port is a host, as container runtimes have it. */
export function parseImage(image: string): ImageReference {
  const [name = '', digest] = image.split('@')
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const hasHost = /[.:]/.test(first) || first === 'localhost'
  const rest = hasHost ? name.slice(slash + 1) : name
  const colon = rest.lastIndexOf(':')
  const repository = colon === -1 ? rest : rest.slice(0, colon)
  const tag = colon === -1 ? undefined : rest.slice(colon + 1)
  return {
    registry: hasHost ? first : 'docker.io',
    repository: !hasHost && slash === -1 ? `library/${repository}` : repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}
