import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ContainerGroup } from '#src/rules/kit/pods.ts'
import type { ProbeFailure } from './probe-failure.ts'
import { describeProbe, probePort } from '#src/rules/kit/containers.ts'
import type { Container, Pod, ContainerPort } from '#src/domain/kubernetes/objects.ts'
import { instruct, patchProbe } from '#src/rules/kit/actions.ts'

/** Why a probe itself is wrong: what to say of it and how to correct it. */
export interface ProbeFault {
  says: string
  confidence: number
  because: string
  remedies: Remedy[]
}

type Patch = Extract<Remedy, { kind: 'patch_probe' }>

/** Judges a failing probe against the container that it asks; undefined where the probe may be right and the program wrong. */
export function probeFault(view: ClusterView, group: ContainerGroup, failure: ProbeFailure): ProbeFault | undefined {
  return (
    unknownPortName(view, group, failure) ??
    refusedPort(view, group, failure) ??
    wrongScheme(group, failure) ??
    wrongAnswer(group, failure) ??
    missingProgram(group, failure) ??
    unknownGrpcService(group, failure)
  )
}

function unknownPortName(view: ClusterView, group: ContainerGroup, failure: ProbeFailure): ProbeFault | undefined {
  const port = probePort(failure.probe)
  const declared = failure.spec.ports ?? []
  if (typeof port !== 'string' || /^\d+$/.test(port) || declared.some((each) => each.name === port)) return undefined
  const has = declared.length > 0 ? `declares ${listPorts(declared)}` : 'declares no port'
  return {
    says: `asks the port named "${port}", but the container ${has}: no port of that name is found`,
    confidence: 0.95,
    because: 'the name and the declared ports stand in the pod spec',
    remedies: [patchPort(view, group, failure, port)],
  }
}

function refusedPort(view: ClusterView, group: ContainerGroup, failure: ProbeFailure): ProbeFault | undefined {
  const { probe, spec, pod, kind, event } = failure
  const port = Number(probePort(probe))
  if (Number.isNaN(port) || !/connection refused/.test(event.message)) return undefined
  const inPod = pod.spec.containers.flatMap((container) => container.ports ?? [])
  if (inPod.some((each) => each.containerPort === port)) return undefined
  const served = servedPort(view, pod, spec, port)
  const declared = spec.ports ?? []
  if (declared.length === 0 && served === undefined) return undefined
  const other =
    declared.length > 0
      ? `the container declares port ${listPorts(declared)}`
      : `port ${served} is what else it is asked on`
  return {
    says: `checks port ${port} (${describeProbe(probe, spec)}: connection refused), while ${other}`,
    confidence: declared.length > 0 ? 0.9 : 0.7,
    because: `the container runs and refuses port ${port}, which it does not declare; no log was needed to see the ${kind} probe's port`,
    remedies: [patchPort(view, group, failure, port)],
  }
}

function patchPort(view: ClusterView, group: ContainerGroup, failure: ProbeFailure, wrong: number | string): Patch {
  const { pod, spec, kind } = failure
  const port = servedPort(view, pod, spec, wrong)
  const params = { container: group.container, probe: kind }
  if (port === undefined) {
    const needs = [{ param: 'port', ask: `the port on which container ${group.container} answers its ${kind} probe` }]
    return patchProbe(group.workload, params, { needs, reason: `Nothing answers on port ${wrong}.` })
  }
  const reason = `Port ${port} is the one that container ${group.container} declares or is reached on; ${wrong} is not.`
  return patchProbe(group.workload, { ...params, port }, { reason })
}

function wrongAnswer(group: ContainerGroup, failure: ProbeFailure): ProbeFault | undefined {
  const { probe, kind, event } = failure
  const path = probe.httpGet?.path ?? '/'
  const code = /statuscode: (\d{3})/.exec(event.message)?.[1]
  if (code === '400') return badRequest(group, failure)
  if (code === '404' || code === '405' || code === '401' || code === '403' || code === '410') {
    const served = servedPath(failure)
    const ask = `the path on which container ${group.container} tells its health; ${path} answers ${code}`
    const patch: Patch = patchProbe(
      group.workload,
      { container: group.container, probe: kind, ...(served === undefined ? {} : { path: served }) },
      {
        ...(served === undefined ? { needs: [{ param: 'path', ask }] } : {}),
        reason: `Path ${path} answers HTTP ${code}.`,
      },
    )
    const meaning =
      code === '404' || code === '410' ? 'not found' : code === '405' ? 'method not allowed' : 'it demands credentials'
    return {
      says: `checks path ${path} on port ${probePort(probe)}, which answers HTTP ${code} (${meaning})`,
      confidence: code === '404' ? 0.8 : 0.7,
      because: 'the server answers, but not on this path; the application could also have lost the path',
      remedies: [patch],
    }
  }
  return undefined
}

/** Servers answer so to plain HTTP on a TLS port, and to a Host header that they do not know. */
function badRequest({ workload, container }: ContainerGroup, { probe, kind }: ProbeFailure): ProbeFault {
  const { path = '/', port = '', scheme = 'HTTP' } = probe.httpGet ?? {}
  const who = `the ${kind} probe of container ${container} in ${workload.kind} ${workload.name}`
  const why = scheme === 'HTTP' ? 'the port may serve HTTPS, or the' : 'the'
  return {
    says: `checks ${scheme} path ${path} on port ${port}, which answers HTTP 400 (bad request): ${why} server refuses the Host header of the probe`,
    confidence: 0.6,
    because: 'the server answers and refuses the request itself; which part of it, only its log can tell',
    remedies: [
      instruct(
        workload,
        'patch_probe_scheme',
        `${scheme === 'HTTP' ? `If port ${port} serves TLS, set httpGet.scheme of ${who} to HTTPS; else` : 'To'} give ${who} a Host header (httpGet.httpHeaders) that the server accepts.`,
        { reason: 'HTTP 400 says that the request of the probe itself is refused.' },
      ),
    ],
  }
}

/** The path that the other probes of the container ask, where they agree: they would fail as well if it were wrong. */
function servedPath({ spec, probe }: ProbeFailure): string | undefined {
  const others = [spec.readinessProbe, spec.livenessProbe, spec.startupProbe].flatMap(
    (other) => other?.httpGet?.path ?? [],
  )
  const paths = [...new Set(others.filter((path) => path !== probe.httpGet?.path))]
  return paths.length === 1 ? paths[0] : undefined
}

function wrongScheme(group: ContainerGroup, { probe, kind, event }: ProbeFailure): ProbeFault | undefined {
  if (
    !/server gave HTTP response to HTTPS client|malformed HTTP response|HTTP request to an HTTPS server|tls: first record does not look/.test(
      event.message,
    )
  )
    return undefined
  const scheme = probe.httpGet?.scheme === 'HTTPS' ? 'HTTP' : 'HTTPS'
  return {
    says: `speaks ${probe.httpGet?.scheme ?? 'HTTP'} to port ${probePort(probe)}, which serves ${scheme}`,
    confidence: 0.9,
    because: 'the two ends speak different protocols',
    remedies: [
      patchProbe(
        group.workload,
        { container: group.container, probe: kind, scheme },
        { reason: `The port serves ${scheme}.` },
      ),
    ],
  }
}

function missingProgram(group: ContainerGroup, { probe, kind, event, spec }: ProbeFailure): ProbeFault | undefined {
  const found =
    /exec: \\?"([^"\\]+)\\?": (executable file not found in \$PATH|(?:stat [^:]+: )?no such file or directory|permission denied)/.exec(
      event.message,
    )
  if (!probe.exec || !found) return undefined
  return {
    says: `runs the command "${found[1]}", which is not in image ${spec.image} (${found[2]})`,
    confidence: 0.95,
    because: 'the runtime names the command and the reason',
    remedies: [
      instruct(
        group.workload,
        'patch_probe_command',
        `Give the ${kind} probe of container ${group.container} in ${group.workload.kind} ${group.workload.name} a command that image ${spec.image} has, or an httpGet or tcpSocket check.`,
        {
          reason: `"${found[1]}" cannot be run in this image.`,
          needs: [{ param: 'command', ask: `how the health of container ${group.container} can be asked` }],
        },
      ),
    ],
  }
}

/** The server answers gRPC, and knows neither the health protocol nor the service that the probe names. */
function unknownGrpcService(
  { workload, container }: ContainerGroup,
  { probe, kind, event }: ProbeFailure,
): ProbeFault | undefined {
  const missing = /does not implement the grpc health protocol|SERVICE_UNKNOWN|code = (?:NotFound|Unimplemented)/.exec(
    event.message,
  )?.[0]
  if (!probe.grpc || missing === undefined) return undefined
  const { port, service = '' } = probe.grpc
  const named = service === '' ? 'the whole server' : `service "${service}"`
  return {
    says: `asks gRPC port ${port} for the health of ${named}, which the server does not know ("${missing}")`,
    confidence: 0.85,
    because: 'the server answers and says that it does not know what it is asked for',
    remedies: [
      instruct(
        workload,
        'patch_probe_grpc',
        `Name under grpc.service of the ${kind} probe of container ${container} in ${workload.kind} ${workload.name} a service that its server registers with grpc.health.v1.Health, or register it there; else ask a TCP or HTTP port.`,
        {
          reason: 'The server is up; it does not know what the probe asks for.',
          needs: [{ param: 'service', ask: `the name under which container ${container} tells its health, if any` }],
        },
      ),
    ],
  }
}

/**
 * The port that a probe of a container was meant to ask, by what else is known: its only declared port, the one that its other
 * probes ask, the one that a Service sends to, the one named like web traffic. Undefined where these leave a choice.
 */
function servedPort(view: ClusterView, pod: Pod, spec: Container, wrong: number | string): number | undefined {
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

/** Declared ports of a container as people name them: `8080 (http), 9090`. */
function listPorts(ports: readonly ContainerPort[]): string {
  return ports.map((port) => (port.name ? `${port.containerPort} (${port.name})` : `${port.containerPort}`)).join(', ')
}
