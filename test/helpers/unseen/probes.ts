import type { Container, ContainerStatus, KubernetesObject, Probe } from '#src/domain/kubernetes/objects.ts'
import { ago, container, crashLoop, deployment, ended, event, service, status } from '#test/helpers/build-cluster.ts'
import type { UnseenIncident } from './incident.ts'

type Kind = 'readiness' | 'liveness' | 'startup'

interface Asked {
  kind: Kind
  probe: Probe
  message: string
  spec?: Partial<Container>
  status?: ContainerStatus
  lived?: number
  log?: string[]
}

const running: ContainerStatus = status('api', {
  ready: false,
  started: true,
  state: { running: { startedAt: ago(300) } },
})

function killed(code: number, lived: number, reason = 'Error'): ContainerStatus {
  return { ...crashLoop('api', code, reason), lastState: ended(code, reason, 20, lived) }
}

function asked(name: string, told: Asked, right: Partial<UnseenIncident['right']>): UnseenIncident {
  const spec = container('api', {
    ports: [{ name: 'http', containerPort: 8080 }],
    [`${told.kind}Probe`]: told.probe,
    ...told.spec,
  })
  const objects = deployment('billing', [spec], {
    statuses: [told.status ?? (told.kind === 'readiness' ? running : killed(137, told.lived ?? 40))],
  })
  const [first] = objects as [KubernetesObject]
  const title = told.kind[0]?.toUpperCase() + told.kind.slice(1)
  const events = [
    event(first, 'Unhealthy', `${title} probe ${told.message}`, { on: 'api', count: 12, last_seen: ago(15) }),
    ...(told.kind === 'readiness'
      ? []
      : [
          event(first, 'Killing', `Container api failed ${told.kind} probe, will be restarted`, {
            on: 'api',
            type: 'Normal',
            last_seen: ago(14),
          }),
        ]),
  ]
  return {
    name,
    objects: [...objects, service('billing', { ports: [{ port: 80, targetPort: 'http' }] })],
    events,
    ...(told.log ? { logs: { 'billing-0/api': told.log } } : {}),
    right: { outcome: 'issue', roots: ['Deployment/billing'], harmful: ['patch_resources', 'set_image'], ...right },
  }
}

const get = (path: string, port: number | string, more: Partial<Probe> = {}): Probe => ({
  httpGet: { path, port },
  ...more,
})
const refused = (port: number) =>
  `failed: Get "http://10.1.0.9:${port}/healthz": dial tcp 10.1.0.9:${port}: connect: connection refused`

/** Probes that fail, by their own fault or by the program's. */
export const probeIncidents: UnseenIncident[] = [
  asked(
    'startup probe too short',
    {
      kind: 'startup',
      probe: get('/healthz', 8080, { periodSeconds: 5, failureThreshold: 6 }),
      message: refused(8080),
      lived: 31,
      log: [
        '2026-03-04T11:59:00Z INFO warming up, 4200 templates to compile, this takes about 90 s',
        '2026-03-04T11:59:20Z INFO compiled 900 of 4200',
      ],
    },
    {
      mechanism: ['startup_probe_too_short'],
      words: ['startup'],
      action: ['patch_probe'],
    },
  ),
  asked(
    'startup probe too short, nothing in the log',
    {
      kind: 'startup',
      probe: get('/healthz', 8080, { periodSeconds: 5, failureThreshold: 6 }),
      message: refused(8080),
      lived: 31,
    },
    { words: ['startup', '8080'], action: ['patch_probe', 'escalate'] },
  ),
  asked(
    'startup probe with the wrong port',
    { kind: 'startup', probe: get('/healthz', 9090), message: refused(9090), log: ['listening on :8080'] },
    { mechanism: ['probe_misconfigured'], words: ['startup', '9090', '8080'], action: ['patch_probe'] },
  ),
  asked(
    'liveness with the wrong path',
    {
      kind: 'liveness',
      probe: get('/healthy', 8080),
      message: 'failed: HTTP probe failed with statuscode: 404',
      spec: { readinessProbe: get('/healthz', 8080) },
    },
    { mechanism: ['probe_misconfigured'], words: ['liveness', '/healthy', '404'], action: ['patch_probe'] },
  ),
  asked(
    'liveness with the wrong port',
    { kind: 'liveness', probe: get('/healthz', 8081), message: refused(8081), log: ['server started on port 8080'] },
    { mechanism: ['probe_misconfigured'], words: ['liveness', '8081', '8080'], action: ['patch_probe'] },
  ),
  asked(
    'liveness with the wrong port, container ends well',
    {
      kind: 'liveness',
      probe: get('/healthz', 8081),
      message: refused(8081),
      status: killed(0, 40, 'Completed'),
      log: ['server started on port 8080', 'SIGTERM received, bye'],
    },
    { mechanism: ['probe_misconfigured'], words: ['liveness', '8081', '8080'], action: ['patch_probe'] },
  ),
  asked(
    'readiness with the wrong path',
    { kind: 'readiness', probe: get('/redy', 8080), message: 'failed: HTTP probe failed with statuscode: 404' },
    { mechanism: ['probe_misconfigured'], words: ['readiness', '/redy', '404'], action: ['patch_probe'] },
  ),
  asked(
    'readiness 503 for a dependency',
    {
      kind: 'readiness',
      probe: get('/ready', 8080),
      message: 'failed: HTTP probe failed with statuscode: 503',
      log: [
        '{"level":"error","msg":"readiness: cache check failed","error":"dial tcp: lookup sessions-cache on 10.96.0.10:53: no such host"}',
      ],
    },
    { words: ['sessions-cache', 'no such host'] },
  ),
  asked(
    'readiness 500 that nothing explains',
    { kind: 'readiness', probe: get('/ready', 8080), message: 'failed: HTTP probe failed with statuscode: 500' },
    { mechanism: ['readiness_failing'], words: ['readiness', '500'], action: ['escalate'] },
  ),
  asked(
    'named port that is not there',
    {
      kind: 'readiness',
      probe: get('/ready', 'web'),
      message: 'errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax',
    },
    { mechanism: ['probe_misconfigured'], words: ['readiness', 'web', '8080'], action: ['patch_probe'] },
  ),
  asked(
    'exec probe without its program',
    {
      kind: 'readiness',
      probe: { exec: { command: ['curl', '-f', 'http://localhost:8080/ready'] } },
      message:
        'errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "a1": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH',
    },
    {
      mechanism: ['probe_misconfigured'],
      words: ['readiness', 'curl', 'not found'],
      action: ['custom_instruction', 'patch_probe'],
    },
  ),
  asked(
    'exec probe that fails',
    {
      kind: 'readiness',
      probe: { exec: { command: ['pg_isready', '-U', 'app'] } },
      message: 'failed: /var/run/postgresql:5432 - rejecting connections',
    },
    { mechanism: ['readiness_failing'], words: ['readiness', 'rejecting connections'], action: ['escalate'] },
  ),
  asked(
    'gRPC probe with the wrong port',
    {
      kind: 'readiness',
      probe: { grpc: { port: 50052 } },
      spec: { ports: [{ name: 'grpc', containerPort: 50051 }] },
      message:
        'failed: timeout: failed to connect service "10.1.0.9:50052" within 1s: context deadline exceeded: connection error: desc = "transport: Error while dialing: dial tcp 10.1.0.9:50052: connect: connection refused"',
    },
    { mechanism: ['probe_misconfigured'], words: ['readiness', '50052', '50051'], action: ['patch_probe'] },
  ),
  asked(
    'gRPC health service is not registered',
    {
      kind: 'readiness',
      probe: { grpc: { port: 8080 } },
      message:
        'failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
    },
    {
      mechanism: ['probe_misconfigured'],
      words: ['readiness', 'grpc'],
      action: ['patch_probe', 'escalate', 'custom_instruction'],
    },
  ),
  asked(
    'gRPC service name is unknown',
    {
      kind: 'readiness',
      probe: { grpc: { port: 8080, service: 'billing.v2' } },
      message: 'failed: service unhealthy (responded with "SERVICE_UNKNOWN")',
    },
    {
      mechanism: ['probe_misconfigured'],
      words: ['readiness', 'SERVICE_UNKNOWN'],
      action: ['patch_probe', 'escalate', 'custom_instruction'],
    },
  ),
  asked(
    'HTTPS where HTTP is asked',
    {
      kind: 'readiness',
      probe: get('/ready', 8080),
      message: 'failed: HTTP probe failed with statuscode: 400',
      log: ['http: TLS handshake error from 10.1.0.1:4: client sent an HTTP request to an HTTPS server'],
    },
    { words: ['readiness', '400'], action: ['custom_instruction', 'patch_probe', 'escalate'] },
  ),
  asked(
    'HTTP where HTTPS is asked',
    {
      kind: 'readiness',
      probe: { httpGet: { path: '/ready', port: 8080, scheme: 'HTTPS' } },
      message: 'failed: Get "https://10.1.0.9:8080/ready": http: server gave HTTP response to HTTPS client',
    },
    {
      mechanism: ['probe_misconfigured'],
      words: ['readiness', 'HTTPS', 'HTTP'],
      action: ['custom_instruction', 'patch_probe'],
    },
  ),
  asked(
    'liveness with a timeout that is too short',
    {
      kind: 'liveness',
      probe: get('/healthz', 8080, { timeoutSeconds: 1 }),
      message:
        'failed: Get "http://10.1.0.9:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      lived: 400,
      log: ['GET /healthz 200 1840ms', 'GET /healthz 200 1920ms'],
    },
    { words: ['liveness'], action: ['patch_probe', 'escalate'] },
  ),
]
