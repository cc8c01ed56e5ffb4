import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Container, ContainerStatus, KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  container,
  crashLoop,
  deployment,
  ended,
  event,
  service,
  status,
  workload,
} from '#test/helpers/build-cluster.ts'
import type { UnseenIncident } from './incident.ts'

interface Crashing {
  spec?: Partial<Container>
  podSpec?: Partial<PodSpec>
  statuses?: ContainerStatus[]
  initStatuses?: ContainerStatus[]
  log?: string[]
  on?: string
  events?: [string, string][]
  objects?: KubernetesObject[]
  others?: Container[]
}

function crash(name: string, told: Crashing, right: Partial<UnseenIncident['right']>): UnseenIncident {
  const objects = deployment('billing', [container('api', told.spec), ...(told.others ?? [])], {
    statuses: told.statuses ?? [crashLoop('api')],
    ...(told.initStatuses ? { initStatuses: told.initStatuses, podStatus: { phase: 'Pending' } } : {}),
    ...(told.podSpec ? { spec: told.podSpec } : {}),
  })
  const [first] = objects as [KubernetesObject]
  const on = told.on ?? 'api'
  const events: ClusterEvent[] = [
    event(first, 'BackOff', `Back-off restarting failed container ${on} in pod billing-0_shop(1)`, { on }),
    ...(told.events ?? []).map(([reason, message]) =>
      event(first, reason, message, { on, type: reason === 'Killing' ? 'Normal' : 'Warning' }),
    ),
  ]
  return {
    name,
    objects: [...objects, ...(told.objects ?? [])],
    events,
    ...(told.log ? { logs: { [`billing-0/${on}`]: told.log } } : {}),
    right: { outcome: 'issue', roots: ['Deployment/billing'], ...right },
  }
}

const limit = (memory: string): Partial<Container> => ({ resources: { limits: { memory }, requests: { memory } } })
const oom = (name: string) => crashLoop(name, 137, 'OOMKilled')
const initWait = (): ContainerStatus =>
  status('api', { ready: false, state: { waiting: { reason: 'PodInitializing' } } })

/** Containers that end. */
export const crashIncidents: UnseenIncident[] = [
  crash(
    'ends by itself with 0 again and again',
    { statuses: [crashLoop('api', 0, 'Completed')], log: ['nothing to do, exiting'] },
    {
      mechanism: ['container_crash'],
      words: ['Completed', 'exit code 0'],
      action: ['escalate', 'set_command'],
      harmful: ['patch_resources'],
    },
  ),
  crash(
    '137 without OOM and without a probe',
    { statuses: [crashLoop('api', 137)] },
    { mechanism: ['container_crash'], words: ['137', 'SIGKILL'], action: ['escalate'], harmful: ['patch_resources'] },
  ),
  crash(
    'segmentation fault',
    { statuses: [crashLoop('api', 139)] },
    { words: ['139', 'SIGSEGV', 'segmentation fault'], action: ['escalate', 'rollback'], harmful: ['patch_resources'] },
  ),
  crash('ended by SIGTERM', { statuses: [crashLoop('api', 143)] }, { words: ['143', 'SIGTERM'], action: ['escalate'] }),
  crash(
    'aborted by itself',
    {
      statuses: [crashLoop('api', 134)],
      log: ["terminate called after throwing an instance of 'std::runtime_error'", '  what():  ledger file is corrupt'],
    },
    { words: ['std::runtime_error'], action: ['escalate'] },
  ),
  crash(
    'OOM of Node',
    {
      spec: limit('256Mi'),
      statuses: [crashLoop('api', 134)],
      log: [
        '<--- Last few GCs --->',
        'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      ],
    },
    { words: ['heap out of memory'], action: ['set_env', 'patch_resources', 'escalate', 'set_command'] },
  ),
  crash(
    'OOM of Java that the heap told',
    {
      spec: { ...limit('512Mi'), env: [{ name: 'JAVA_TOOL_OPTIONS', value: '-Xmx256m' }] },
      log: [
        'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
        '\tat com.corp.Billing.load(Billing.java:41)',
      ],
    },
    { words: ['OutOfMemoryError'], action: ['set_env', 'patch_resources', 'escalate'] },
  ),
  crash(
    'OOM of Python',
    { spec: limit('128Mi'), statuses: [oom('api')], log: ['loading model weights'] },
    { mechanism: ['oom_killed'], words: ['OOMKilled', '128Mi', '137'], action: ['patch_resources', 'escalate'] },
  ),
  crash(
    'heap of Go above the limit',
    { spec: { ...limit('128Mi'), env: [{ name: 'GOMEMLIMIT', value: '512MiB' }] }, statuses: [oom('api')] },
    {
      mechanism: ['heap_over_limit', 'oom_killed'],
      words: ['OOMKilled', 'GOMEMLIMIT', '128Mi'],
      action: ['set_env', 'patch_resources'],
    },
  ),
  crash(
    'heap of Java above the limit, by arguments',
    { spec: { ...limit('256Mi'), command: ['java', '-Xmx512m', '-jar', 'billing.jar'] }, statuses: [oom('api')] },
    {
      mechanism: ['heap_over_limit'],
      words: ['OOMKilled', 'Xmx', '-Xmx512m', '256Mi'],
      action: ['set_command', 'patch_resources'],
    },
  ),
  crash(
    'OOM that runs again',
    {
      spec: limit('64Mi'),
      statuses: [
        status('api', {
          restartCount: 4,
          state: { running: { startedAt: ago(100) } },
          lastState: ended(137, 'OOMKilled', 101, 300),
        }),
      ],
    },
    { mechanism: ['oom_killed'], words: ['OOMKilled', '64Mi'], action: ['patch_resources', 'escalate'] },
  ),
  crash(
    'OOM of an init container',
    {
      podSpec: { initContainers: [container('warmup', limit('32Mi'))] },
      initStatuses: [oom('warmup')],
      statuses: [initWait()],
      on: 'warmup',
    },
    {
      mechanism: ['oom_killed'],
      words: ['OOMKilled', '32Mi', 'init container warmup'],
      action: ['patch_resources', 'escalate'],
    },
  ),
  crash(
    'migration in an init container fails',
    {
      podSpec: { initContainers: [container('migrate')] },
      initStatuses: [crashLoop('migrate')],
      statuses: [initWait()],
      on: 'migrate',
      log: [
        'applying 0042_add_invoice_index.sql',
        'ERROR: relation "invoices" does not exist (SQLSTATE 42P01)',
        'migration 0042_add_invoice_index failed, rolling back',
      ],
    },
    {
      mechanism: ['migration_failed', 'init_container_failed'],
      words: ['migrate', 'invoices'],
      action: ['escalate', 'rollback'],
    },
  ),
  crash(
    'init container lacks a variable',
    {
      podSpec: { initContainers: [container('fetch-config')] },
      initStatuses: [crashLoop('fetch-config')],
      statuses: [initWait()],
      on: 'fetch-config',
      log: ['{"level":"fatal","msg":"required environment variable CONFIG_URL is not set"}'],
    },
    { mechanism: ['missing_env'], words: ['CONFIG_URL', 'fetch-config'], action: ['set_env', 'escalate'] },
  ),
  crash(
    'sidecar as init container crashes',
    {
      podSpec: { initContainers: [container('mesh-proxy', { restartPolicy: 'Always' })] },
      initStatuses: [crashLoop('mesh-proxy')],
      statuses: [status('api')],
      on: 'mesh-proxy',
      log: ['E1121 12:00:01.000000       1 main.go:12] missing required flag: --control-plane-address'],
    },
    { words: ['mesh-proxy', 'control-plane-address'] },
  ),
  crash(
    'root file system is read-only',
    {
      spec: { securityContext: { readOnlyRootFilesystem: true } },
      log: ["Error: EROFS: read-only file system, open '/app/cache/index.db'\r"],
    },
    {
      mechanism: ['file_permission'],
      words: ['/app/cache/index.db', 'read-only file system'],
      action: ['custom_instruction', 'escalate'],
    },
  ),
  crash(
    'volume belongs to root',
    {
      spec: { securityContext: { runAsUser: 1000 }, volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      log: [
        '{"time":"2026-03-04T11:59:00Z","level":"ERROR","msg":"cannot open ledger","error":"open /data/ledger.db: permission denied"}',
      ],
    },
    {
      mechanism: ['file_permission'],
      words: ['/data/ledger.db', 'permission denied'],
      action: ['custom_instruction', 'escalate'],
    },
  ),
  crash(
    'disk is full',
    { log: ['2026-03-04 11:59:00 ERROR write /data/wal/000012: no space left on device'] },
    {
      mechanism: ['disk_full'],
      words: ['no space left on device', '/data/wal/000012'],
      action: ['custom_instruction', 'escalate'],
    },
  ),
  crash(
    'postStart hook fails',
    {
      spec: { lifecycle: { postStart: { exec: { command: ['/bin/register', '--zone=a'] } } } },
      statuses: [
        {
          ...crashLoop('api', 137),
          state: {
            waiting: {
              reason: 'PostStartHookError',
              message: "PostStartHookError: command '/bin/register --zone=a' exited with 1",
            },
          },
        },
      ],
      events: [['FailedPostStartHook', 'PostStartHook failed']],
    },
    { mechanism: ['lifecycle_hook_failed'], words: ['postStart', '/bin/register'], action: ['escalate', 'rollback'] },
  ),
  crash(
    'two containers with a fault each',
    {
      others: [container('exporter', { image: 'registry.corp.example/exporter:1' })],
      statuses: [
        crashLoop('api'),
        {
          ...crashLoop('exporter'),
          state: {
            waiting: {
              reason: 'ImagePullBackOff',
              message:
                'Back-off pulling image "registry.corp.example/exporter:1": ErrImagePull: registry.corp.example/exporter:1: not found',
            },
          },
          lastState: {},
        },
      ],
      log: ['FATAL: required environment variable LEDGER_URL is not set'],
    },
    { words: ['LEDGER_URL', 'registry.corp.example/exporter:1', 'not found'] },
  ),
  stateful(),
  daemon(),
  initWaitsForUnready(),
]

function stateful(): UnseenIncident {
  const objects = workload('StatefulSet', 'ledger', [container('db')], {
    statuses: [crashLoop('db')],
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-ledger-0' } }] },
  })
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data-ledger-0', namespace: 'shop', uid: 'uid-claim' },
    spec: { accessModes: ['ReadWriteOnce'] },
    status: { phase: 'Bound' },
  }
  return {
    name: 'stateful set whose data folder is locked',
    objects: [...objects, claim],
    logs: { 'ledger-0/db': ['FATAL: could not write lock file "postmaster.pid": No space left on device'] },
    right: {
      outcome: 'issue',
      roots: ['StatefulSet/ledger'],
      mechanism: ['disk_full'],
      words: ['No space left on device'],
      action: ['custom_instruction', 'escalate'],
    },
  }
}

function daemon(): UnseenIncident {
  const objects = workload('DaemonSet', 'shipper', [container('agent')], { pods: 3, statuses: [crashLoop('agent')] })
  const lines = [
    'level=error msg="failed to load configuration" err="yaml: line 12: did not find expected key" file=/etc/shipper/config.yaml',
  ]
  return {
    name: 'daemon set whose configuration cannot be read',
    objects,
    logs: { 'shipper-0/agent': lines, 'shipper-1/agent': lines, 'shipper-2/agent': lines },
    right: {
      outcome: 'issue',
      roots: ['DaemonSet/shipper'],
      mechanism: ['bad_config_value'],
      words: ['line 12'],
    },
  }
}

function initWaitsForUnready(): UnseenIncident {
  const wait = container('wait-for-queue', { command: ['sh', '-c', 'until nc -z queue 5672; do sleep 2; done'] })
  const objects = deployment('billing', [container('api')], {
    spec: { initContainers: [wait] },
    podStatus: { phase: 'Pending' },
    initStatuses: [status('wait-for-queue', { ready: false, state: { running: { startedAt: ago(400) } } })],
    statuses: [initWait()],
  })
  const queue = workload('StatefulSet', 'queue', [container('broker')], { statuses: [crashLoop('broker')] })
  return {
    name: 'init container waits for a service whose pods crash',
    objects: [...objects, ...queue, service('queue', { ports: [{ port: 5672 }] })],
    logs: { 'queue-0/broker': ['Error: RABBITMQ_ERLANG_COOKIE must be set'] },
    right: {
      outcome: 'issue',
      roots: ['StatefulSet/queue'],
      mechanism: ['missing_env'],
      words: ['RABBITMQ_ERLANG_COOKIE'],
      action: ['set_env', 'escalate'],
    },
  }
}
