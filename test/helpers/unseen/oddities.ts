import type { Container, ContainerStatus, KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  configMap,
  container,
  crashLoop,
  deployment,
  ended,
  event,
  pod,
  secret,
  service,
  status,
  waiting,
} from '#test/helpers/build-cluster.ts'
import type { UnseenIncident } from './incident.ts'

interface Odd {
  spec?: Partial<Container>
  podSpec?: Partial<PodSpec>
  statuses: ContainerStatus[]
  initStatuses?: ContainerStatus[]
  phase?: string
  logs?: Record<string, string[]>
  events?: [string, string][]
  on?: string
  objects?: KubernetesObject[]
}

function odd(name: string, told: Odd, right: Partial<UnseenIncident['right']>): UnseenIncident {
  const objects = deployment('billing', [container('api', told.spec)], {
    statuses: told.statuses,
    ...(told.initStatuses ? { initStatuses: told.initStatuses } : {}),
    ...(told.podSpec ? { spec: told.podSpec } : {}),
    podStatus: { phase: told.phase ?? 'Running' },
  })
  const [first] = objects as [KubernetesObject]
  return {
    name,
    objects: [...objects, ...(told.objects ?? [])],
    events: (told.events ?? []).map(([reason, message]) =>
      event(first, reason, message, {
        on: told.on ?? 'api',
        type: reason === 'Killing' ? 'Normal' : 'Warning',
        last_seen: ago(14),
        count: 9,
      }),
    ),
    ...(told.logs ? { logs: told.logs } : {}),
    right: { outcome: 'issue', roots: ['Deployment/billing'], ...right },
  }
}

const up: ContainerStatus = status('api', { ready: false, started: true, state: { running: { startedAt: ago(400) } } })
const notStarted = (): ContainerStatus =>
  status('api', { ready: false, state: { waiting: { reason: 'PodInitializing' } } })
const failedStart = (message: string): ContainerStatus =>
  status('api', {
    ready: false,
    restartCount: 4,
    state: { waiting: { reason: 'RunContainerError', message } },
    lastState: { terminated: { exitCode: 128, reason: 'StartError', message, finishedAt: ago(20) } },
  })
const runc = (words: string): string =>
  `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${words}`
const readiness = {
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
  ports: [{ name: 'http', containerPort: 8080 }],
}
const liveness = {
  livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 },
  ports: [{ name: 'http', containerPort: 8080 }],
}

/** Shapes in which a cluster shows less, or something else, than one expects. */
export const oddIncidents: UnseenIncident[] = [
  odd(
    'ended, and not in a back-off',
    {
      statuses: [status('api', { ready: false, restartCount: 3, state: ended(1, 'Error', 4) })],
      logs: {
        'billing-0/api': ['F0304 11:59:56.123456       1 main.go:31] environment variable "QUEUE_TOKEN" is required\r'],
      },
    },
    { mechanism: ['missing_env'], words: ['QUEUE_TOKEN'], action: ['set_env', 'escalate'] },
  ),
  odd(
    'runs for a moment between two crashes',
    {
      statuses: [
        status('api', {
          ready: false,
          restartCount: 6,
          state: { running: { startedAt: ago(3) } },
          lastState: ended(1, 'Error', 40),
        }),
      ],
      logs: {
        'billing-0/api/previous': [
          '{"severity":"CRITICAL","message":"invalid value for RATE_LIMIT: \\"10k\\" is not a number"}',
        ],
        'billing-0/api': ['{"severity":"INFO","message":"starting"}'],
      },
    },
    { mechanism: ['bad_config_value'], words: ['RATE_LIMIT', '10k'], harmful: ['patch_resources'] },
  ),
  odd(
    'command without the execute bit',
    { spec: { command: ['/app/start.sh'] }, statuses: [failedStart(runc('exec: "/app/start.sh": permission denied'))] },
    { mechanism: ['bad_command'], words: ['/app/start.sh', 'permission denied'], action: ['set_command'] },
  ),
  odd(
    'working directory is not there',
    {
      spec: { workingDir: '/srv/app' },
      statuses: [failedStart(runc('chdir to cwd ("/srv/app") set in config.json failed: no such file or directory'))],
    },
    {
      words: ['/srv/app', 'working directory'],
      action: ['custom_instruction'],
      harmful: ['patch_resources', 'set_command'],
    },
  ),
  odd(
    'file is mounted over a folder',
    {
      statuses: [
        failedStart(
          runc(
            'error mounting "/var/lib/kubelet/pods/1/volume-subpaths/conf/api/0" to rootfs at "/etc/nginx": mount src=/x, dst=/etc/nginx, flags=MS_BIND: not a directory: Are you trying to mount a directory onto a file (or vice-versa)?',
          ),
        ),
      ],
    },
    { words: ['/etc/nginx', 'not a directory'] },
  ),
  odd(
    'killed by its liveness probe, and the killing is no longer told',
    {
      spec: liveness,
      statuses: [{ ...crashLoop('api', 137), lastState: ended(137, 'Error', 20, 45) }],
      events: [['Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500']],
    },
    {
      mechanism: ['liveness_killing'],
      words: ['liveness', '500', '137'],
      action: ['escalate'],
      harmful: ['patch_resources'],
    },
  ),
  odd(
    'killed by its liveness probe, without a log',
    {
      spec: liveness,
      statuses: [{ ...crashLoop('api', 143), lastState: ended(143, 'Error', 20, 400) }],
      events: [
        ['Unhealthy', 'Liveness probe failed: Get "http://10.1.0.9:8080/healthz": context deadline exceeded'],
        ['Killing', 'Container api failed liveness probe, will be restarted'],
      ],
    },
    {
      words: ['liveness', 'context deadline exceeded'],
      action: ['escalate', 'patch_probe'],
      harmful: ['patch_resources'],
    },
  ),
  odd(
    'listens on the loopback only',
    {
      spec: readiness,
      statuses: [up],
      events: [
        [
          'Unhealthy',
          'Readiness probe failed: Get "http://10.1.0.9:8080/ready": dial tcp 10.1.0.9:8080: connect: connection refused',
        ],
      ],
      logs: { 'billing-0/api': ['INFO listening on 127.0.0.1:8080'] },
    },
    { words: ['8080', 'connection refused'], harmful: ['patch_resources'] },
  ),
  odd(
    'image of an init container is not there',
    {
      podSpec: { initContainers: [container('schema', { image: 'registry.test/billing/schema:7' })] },
      initStatuses: [
        waiting(
          'schema',
          'ImagePullBackOff',
          'Back-off pulling image "registry.test/billing/schema:7": ErrImagePull: registry.test/billing/schema:7: not found',
        ),
      ],
      statuses: [notStarted()],
      phase: 'Pending',
    },
    { mechanism: ['image_not_found'], words: ['registry.test/billing/schema:7', 'not found'], action: ['set_image'] },
  ),
  odd(
    'config of an init container is missing',
    {
      podSpec: { initContainers: [container('schema', { envFrom: [{ secretRef: { name: 'schema-db' } }] })] },
      initStatuses: [waiting('schema', 'CreateContainerConfigError', 'secret "schema-db" not found')],
      statuses: [notStarted()],
      phase: 'Pending',
    },
    { mechanism: ['missing_secret'], words: ['schema-db', 'not found'], action: ['custom_instruction', 'escalate'] },
  ),
  odd(
    'pull that fails without a word',
    {
      statuses: [waiting('api', 'ImagePullBackOff', 'Back-off pulling image "registry.test/team/api:1.0.0"')],
      phase: 'Pending',
    },
    { mechanism: ['image_pull_failed'], words: ['registry.test/team/api:1.0.0'], action: ['escalate'] },
  ),
  odd(
    'missing command of a pod that is made of a shell line',
    {
      spec: { command: ['sh', '-c', 'billingd --serve'] },
      statuses: [crashLoop('api', 127)],
      logs: { 'billing-0/api': ['sh: billingd: not found'] },
    },
    { mechanism: ['bad_command'], words: ['billingd', 'not found', '127'], action: ['set_command', 'escalate'] },
  ),
  odd(
    'low port for a user that is not root',
    {
      spec: { securityContext: { runAsUser: 1000 } },
      statuses: [crashLoop('api')],
      logs: { 'billing-0/api': ['nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)'] },
    },
    { words: ['80', 'Permission denied'], harmful: ['patch_resources'] },
  ),
  odd(
    'runtime class that the node lacks',
    {
      statuses: [waiting('api', 'ContainerCreating')],
      phase: 'Pending',
      events: [
        [
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "kata" is configured',
        ],
      ],
    },
    { mechanism: ['sandbox_failed'], words: ['kata'], action: ['escalate', 'custom_instruction'] },
  ),
  odd(
    'network plugin without addresses',
    {
      statuses: [waiting('api', 'ContainerCreating')],
      phase: 'Pending',
      events: [
        [
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a1": plugin type="calico" failed (add): failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No more free affine blocks and strict affinity enabled',
        ],
      ],
    },
    { mechanism: ['sandbox_failed'], words: ['calico'], action: ['escalate', 'custom_instruction'] },
  ),
  odd(
    'dependency outside is refused while the startup probe waits',
    {
      spec: {
        startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 5, failureThreshold: 6 },
        env: [{ name: 'DB_HOST', value: 'ledger-db' }],
      },
      statuses: [{ ...crashLoop('api', 137), lastState: ended(137, 'Error', 20, 35) }],
      events: [
        ['Unhealthy', 'Startup probe failed: dial tcp 10.1.0.9:8080: connect: connection refused'],
        ['Killing', 'Container api failed startup probe, will be restarted'],
      ],
      logs: {
        'billing-0/api': [
          'WARN waiting for database: dial tcp 10.96.4.4:5432: connect: connection refused (ledger-db:5432)',
          'WARN waiting for database: dial tcp 10.96.4.4:5432: connect: connection refused (ledger-db:5432)',
        ],
      },
      objects: [
        ...deployment('ledger-db', [container('db')], { statuses: [crashLoop('db')] }),
        service('ledger-db', { ports: [{ port: 5432 }] }),
      ],
    },
    { roots: ['Deployment/ledger-db'], harmful: ['patch_resources'] },
  ),
  odd(
    'options that are optional are no fault',
    {
      spec: {
        envFrom: [{ configMapRef: { name: 'overrides', optional: true } }],
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'billing', key: 'other', optional: true } } }],
      },
      statuses: [status('api')],
      objects: [secret('billing', ['a']), configMap('unused')],
    },
    { outcome: 'healthy', roots: [] },
  ),
  barePod(),
]

function barePod(): UnseenIncident {
  const bare = pod('import-once', [container('run')], {
    spec: { restartPolicy: 'Never' },
    statuses: [status('run', { ready: false, state: ended(3, 'Error', 200) })],
    status: { phase: 'Failed' },
  })
  return {
    name: 'a pod of its own that failed',
    objects: [bare],
    logs: { 'import-once/run': ['Error: cannot read /in/orders.csv: no such file or directory'] },
    right: {
      outcome: 'issue',
      roots: ['Pod/import-once'],
      words: ['/in/orders.csv'],
      action: ['escalate', 'custom_instruction'],
    },
  }
}
