import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { Deployment, ReplicaSet } from '#src/domain/kubernetes/workloads.ts'
import {
  ago,
  container,
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

const calm: UnseenIncident['right'] = { outcome: 'healthy' }
const web = (more = {}) => container('api', { readinessProbe: { httpGet: { path: '/ready', port: 8080 } }, ...more })

function terminating(): UnseenIncident {
  const objects = deployment('billing', [web()], { replicas: 1 })
  const set = objects.find((each) => each.kind === 'ReplicaSet') as KubernetesObject
  const old = pod('billing-old', [web()], {
    owner: set,
    meta: { labels: { app: 'billing' }, deletionTimestamp: ago(-20), deletionGracePeriodSeconds: 30 },
  })
  return {
    name: 'a pod ends as it should',
    objects: [...objects, old],
    events: [event(old, 'Killing', 'Stopping container api', { on: 'api', type: 'Normal' })],
    right: calm,
  }
}

function rollingOut(): UnseenIncident {
  const objects = deployment('billing', [web({ image: 'registry.test/billing:2' })], {
    replicas: 3,
    pods: 2,
    revision: 2,
    podMeta: { creationTimestamp: ago(25) },
  })
  const owner = objects.find((each) => each.kind === 'Deployment') as Deployment
  const current = objects.find((each) => each.kind === 'ReplicaSet') as ReplicaSet
  current.metadata.creationTimestamp = ago(26)
  current.status = { replicas: 2, readyReplicas: 1 }
  const previous = replicaSet(owner, 1, [web({ image: 'registry.test/billing:1' })], { ready: 2 })
  const older = ['a', 'b'].map((name) =>
    pod(`billing-old-${name}`, [web({ image: 'registry.test/billing:1' })], {
      owner: previous,
      meta: { labels: { app: 'billing' } },
    }),
  )
  const [, second] = objects as [Pod, Pod]
  Object.assign(second.metadata, { creationTimestamp: ago(12) })
  second.status = {
    phase: 'Running',
    startTime: ago(12),
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [status('api', { ready: false, started: true, state: { running: { startedAt: ago(6) } } })],
  }
  owner.status = {
    replicas: 4,
    readyReplicas: 3,
    updatedReplicas: 2,
    availableReplicas: 3,
    observedGeneration: 1,
    conditions: [
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime: ago(5) },
      { type: 'Available', status: 'True' },
    ],
  } as Deployment['status']
  const events = [
    event(
      second,
      'Unhealthy',
      'Readiness probe failed: Get "http://10.1.0.9:8080/ready": dial tcp 10.1.0.9:8080: connect: connection refused',
      { on: 'api', count: 1, last_seen: ago(3) },
    ),
  ]
  return { name: 'a rollout under way', objects: [...objects, previous, ...older], events, right: calm }
}

function single(
  name: string,
  options: Parameters<typeof deployment>[2],
  right = calm,
  events: [string, string, number, number][] = [],
): UnseenIncident {
  const objects = deployment('billing', [web()], options)
  const [first] = objects as [KubernetesObject]
  const owner = objects.find((each) => each.kind === 'Deployment') as KubernetesObject
  if (options?.podMeta?.creationTimestamp) owner.metadata.creationTimestamp = options.podMeta.creationTimestamp
  return {
    name,
    objects,
    right,
    events: events.map(([reason, message, seen, count]) =>
      event(first, reason, message, { on: 'api', last_seen: ago(seen), count }),
    ),
  }
}

/** Namespaces without a fault, however they look. */
export const calmNamespaces: UnseenIncident[] = [
  terminating(),
  rollingOut(),
  single(
    'restarted long ago',
    {
      podMeta: { creationTimestamp: ago(900_000) },
      statuses: [
        status('api', {
          restartCount: 3,
          state: { running: { startedAt: ago(500_000) } },
          lastState: ended(1, 'Error', 500_010),
        }),
      ],
    },
    { outcome: 'recovered' },
  ),
  single(
    'crashed and recovered 20 minutes ago',
    {
      podMeta: { creationTimestamp: ago(4000) },
      statuses: [
        status('api', {
          restartCount: 4,
          state: { running: { startedAt: ago(1200) } },
          lastState: ended(1, 'Error', 1210),
        }),
      ],
    },
    { outcome: 'recovered' },
    [['BackOff', 'Back-off restarting failed container api', 1215, 9]],
  ),
  single(
    'unready for five seconds',
    {
      podMeta: { creationTimestamp: ago(8) },
      statuses: [status('api', { ready: false, started: true, state: { running: { startedAt: ago(5) } } })],
    },
    calm,
    [['Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 2, 1]],
  ),
  single('being created', {
    podMeta: { creationTimestamp: ago(6) },
    podStatus: { phase: 'Pending', startTime: ago(6) },
    statuses: [waiting('api', 'ContainerCreating')],
  }),
  single('its init container is done', {
    spec: { initContainers: [container('migrate')] },
    initStatuses: [status('migrate', { ready: true, state: ended(0, 'Completed', 290) })],
  }),
  single('one miss at the start', { podMeta: { creationTimestamp: ago(310) } }, calm, [
    ['Unhealthy', 'Startup probe failed: connection refused', 290, 2],
  ]),
  single('its configuration came late', {}, { outcome: 'recovered' }, [
    ['Failed', 'Error: configmap "billing-config" not found', 320, 3],
  ]),
  single('its image came late', {}, { outcome: 'recovered' }, [
    [
      'Failed',
      'Failed to pull image "registry.test/team/api:1.0.0": rpc error: code = Unknown desc = i/o timeout',
      320,
      2,
    ],
  ]),
  {
    name: 'a step back has removed the pod that warned',
    objects: deployment('billing', [web()], { replicas: 1 }),
    events: [
      event(pod('billing-5f7c9d-x2k4b', [web()]), 'BackOff', 'Back-off restarting failed container api', {
        on: 'api',
        last_seen: ago(900),
      }),
    ],
    right: { outcome: 'healthy', words: ['no longer', 'billing-5f7c9d-x2k4b'] },
  },
  {
    name: 'a pod of no workload ran to its end',
    objects: [
      pod('dump-now', [container('dump')], {
        statuses: [status('dump', { ready: false, state: ended(0, 'Completed', 300) })],
        status: { phase: 'Succeeded' },
      }),
    ],
    right: { outcome: 'healthy', words: ['Completed', 'dump-now'] },
  },
  {
    name: 'a daemon set that runs everywhere',
    objects: workload('DaemonSet', 'agent', [container('agent')], { pods: 3 }),
    right: calm,
  },
]
