import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Container, ContainerStatus, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { Deployment } from '#src/domain/kubernetes/workloads.ts'
import {
  ago,
  container,
  crashLoop,
  deployment,
  ended,
  event,
  pod,
  replicaSet,
  status,
  waiting,
  workload,
} from '#test/helpers/build-cluster.ts'
import type { UnseenIncident } from './incident.ts'

/** A rollout: the pods of the earlier revision serve, the one of the new revision fails. */
function rollout(
  name: string,
  changed: {
    before?: Partial<Container>
    after: Partial<Container>
    shows: ContainerStatus
    event?: [string, string]
    modern?: boolean
    log?: string[]
  },
  right: Partial<UnseenIncident['right']>,
): UnseenIncident {
  const image = 'registry.test/billing:1'
  const objects = deployment('billing', [container('api', { image, ...changed.after })], {
    replicas: 2,
    pods: 1,
    revision: 2,
    statuses: [changed.shows],
  })
  const owner = objects.find((each) => each.kind === 'Deployment') as Deployment
  const before = [container('api', { image, ...changed.before })]
  const previous = replicaSet(owner, 1, before, { ready: 2 })
  const older = ['a', 'b'].map((each) =>
    pod(`billing-old-${each}`, before, {
      owner: previous,
      meta: { labels: { app: 'billing' }, creationTimestamp: ago(90_000) },
      statuses: [status('api', { imageID: 'sha256:2' })],
    }),
  )
  const [first] = objects as [KubernetesObject]
  const events: ClusterEvent[] = changed.event
    ? [event(first, ...changed.event, { on: 'api', modern: changed.modern, last_seen: ago(12), count: 6 })]
    : []
  return {
    name,
    objects: [...objects, previous, ...older],
    events,
    ...(changed.log ? { logs: { 'billing-0/api': changed.log } } : {}),
    right: { outcome: 'issue', roots: ['Deployment/billing'], action: ['rollback'], ...right },
  }
}

const unready: ContainerStatus = status('api', {
  ready: false,
  started: true,
  state: { running: { startedAt: ago(300) } },
})
const get = (path: string, port: number) => ({ httpGet: { path, port } })
const ports = [{ name: 'http', containerPort: 8080 }]

/** What a change brought: the way back is seen to serve. */
export const rolloutIncidents: UnseenIncident[] = [
  rollout(
    'to a tag that is not there',
    {
      after: { image: 'registry.test/billing:2' },
      shows: waiting(
        'api',
        'ImagePullBackOff',
        'Back-off pulling image "registry.test/billing:2": ErrImagePull: registry.test/billing:2: not found',
      ),
    },
    { mechanism: ['image_not_found'], words: ['registry.test/billing:2', 'not found'] },
  ),
  rollout(
    'to a smaller memory limit',
    {
      before: { resources: { limits: { memory: '512Mi' } } },
      after: { resources: { limits: { memory: '64Mi' } } },
      shows: crashLoop('api', 137, 'OOMKilled'),
    },
    { mechanism: ['oom_killed'], words: ['OOMKilled', '64Mi'] },
  ),
  rollout(
    'to a probe of the wrong port',
    {
      before: { ports, readinessProbe: get('/ready', 8080) },
      after: { ports, readinessProbe: get('/ready', 8081) },
      shows: unready,
      modern: true,
      event: [
        'Unhealthy',
        'Readiness probe failed: Get "http://10.1.0.9:8081/ready": dial tcp 10.1.0.9:8081: connect: connection refused',
      ],
    },
    { mechanism: ['probe_misconfigured'], words: ['readiness', '8081', '8080'], action: ['rollback', 'patch_probe'] },
  ),
  rollout(
    'to a config map that is not there',
    {
      before: { envFrom: [] },
      after: { envFrom: [{ configMapRef: { name: 'billing-v2' } }] },
      shows: waiting('api', 'CreateContainerConfigError', 'configmap "billing-v2" not found'),
    },
    { mechanism: ['missing_configmap'], words: ['billing-v2', 'not found'] },
  ),
  rollout(
    'to a command that is not there',
    {
      before: { command: ['/app/billing'] },
      after: { command: ['/app/biling'] },
      shows: {
        ...crashLoop('api', 128, 'StartError'),
        lastState: {
          terminated: {
            exitCode: 128,
            reason: 'StartError',
            message:
              'failed to create containerd task: OCI runtime create failed: unable to start container process: exec: "/app/biling": stat /app/biling: no such file or directory',
            finishedAt: ago(30),
          },
        },
      },
    },
    { mechanism: ['bad_command'], words: ['/app/biling', 'not found'], action: ['rollback', 'set_command'] },
  ),
  rollout(
    'without a variable that was there',
    {
      before: { env: [{ name: 'TAX_URL', value: 'http://tax' }] },
      after: {},
      shows: crashLoop('api'),
      log: ["KeyError: 'TAX_URL'"],
    },
    { mechanism: ['missing_env'], words: ['TAX_URL'], action: ['rollback', 'set_env'] },
  ),
  rollout(
    'to a startup that takes longer',
    {
      before: { image: 'registry.test/billing:0' },
      after: { startupProbe: { ...get('/healthz', 8080), periodSeconds: 2, failureThreshold: 5 }, ports },
      shows: { ...crashLoop('api', 143), lastState: ended(143, 'Error', 20, 12) },
      event: [
        'Unhealthy',
        'Startup probe failed: Get "http://10.1.0.9:8080/healthz": dial tcp 10.1.0.9:8080: connect: connection refused',
      ],
    },
    { words: ['startup'], action: ['rollback', 'patch_probe'] },
  ),
  oneNode(),
  jobWithoutConfig(),
  sidecarImage(),
  sharedConfig(),
]

function oneNode(): UnseenIncident {
  const objects = workload('DaemonSet', 'shipper', [container('agent')], { pods: 3 })
  const last = objects[2] as ReturnType<typeof pod>
  last.status = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [crashLoop('agent')],
  }
  return {
    name: 'a daemon set crashes on one node',
    objects,
    logs: { 'shipper-2/agent': ['open /var/log/journal: permission denied'] },
    right: {
      outcome: 'issue',
      roots: ['DaemonSet/shipper'],
      mechanism: ['file_permission'],
      words: ['/var/log/journal', 'permission denied'],
    },
  }
}

function jobWithoutConfig(): UnseenIncident {
  const objects = workload(
    'Job',
    'import',
    [container('run', { env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'import-key', key: 'token' } } }] })],
    {
      statuses: [waiting('run', 'CreateContainerConfigError', 'secret "import-key" not found')],
      spec: { restartPolicy: 'Never' },
      podStatus: { phase: 'Pending' },
    },
  )
  return {
    name: 'a job lacks its secret',
    objects,
    right: {
      outcome: 'issue',
      roots: ['Job/import'],
      mechanism: ['missing_secret'],
      words: ['import-key', 'not found'],
      action: ['custom_instruction', 'escalate'],
    },
  }
}

function sidecarImage(): UnseenIncident {
  const used = 'registry.test/mesh/proxy:0.9'
  const objects = deployment('billing', [container('api')], {
    spec: { initContainers: [container('proxy', { image: used, restartPolicy: 'Always' })] },
    initStatuses: [
      waiting(
        'proxy',
        'ErrImagePull',
        `failed to pull and unpack image "${used}": failed to resolve reference "${used}": unexpected status from HEAD request to https://registry.test/v2/mesh/proxy/manifests/0.9: 403 Forbidden`,
      ),
    ],
    statuses: [status('api', { ready: false, state: { waiting: { reason: 'PodInitializing' } } })],
    podStatus: { phase: 'Pending' },
  })
  return {
    name: 'the image of a sidecar is refused',
    objects,
    right: {
      outcome: 'issue',
      roots: ['Deployment/billing'],
      mechanism: ['image_auth_failed'],
      words: ['403', 'mesh/proxy', 'proxy'],
      action: ['custom_instruction', 'escalate'],
    },
  }
}

function sharedConfig(): UnseenIncident {
  const one = (name: string) =>
    deployment(name, [container('api', { envFrom: [{ configMapRef: { name: 'shared' } }] })], {
      statuses: [waiting('api', 'CreateContainerConfigError', 'configmap "shared" not found')],
      podStatus: { phase: 'Pending' },
    })
  return {
    name: 'two workloads lack the same config map',
    objects: [...one('billing'), ...one('ledger')],
    right: {
      outcome: 'issue',
      roots: ['Deployment/billing', 'Deployment/ledger'],
      mechanism: ['missing_configmap'],
      words: ['shared', 'not found'],
      action: ['custom_instruction', 'escalate'],
    },
  }
}
