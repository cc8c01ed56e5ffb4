import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { Deployment, ReplicaSet } from '#src/domain/kubernetes/workloads.ts'
import { ago, event, status, waiting } from '#test/helpers/build-cluster.ts'
import { daemon } from './daemon-parts.ts'
import {
  app,
  condition,
  nodeName,
  nodes,
  pick,
  serviceFor,
  stateful,
  thing,
  unscheduled,
  web,
  worker,
} from './parts.ts'
import type { UnseenCase } from './unseen-case.ts'

/** A second ReplicaSet with its pods for a Deployment whose template has changed; the first one keeps serving. */
function revised(name: string, image: string, fresh: Pod['status'][], more: Parameters<typeof web>[1] = {}) {
  const objects = web(name, { replicas: 3, ...more })
  const deployment = pick(objects, 'Deployment') as Deployment
  const next = { ...deployment.spec.template, spec: { containers: [app(name, { image })] } }
  deployment.spec.template = next
  deployment.metadata.annotations = { ...deployment.metadata.annotations, 'deployment.kubernetes.io/revision': '2' }
  const set = thing<ReplicaSet>('ReplicaSet', `${name}-7f9c8d5b44`, {
    apiVersion: 'apps/v1',
    metadata: {
      creationTimestamp: ago(700),
      annotations: { 'deployment.kubernetes.io/revision': '2' },
      ownerReferences: [{ kind: 'Deployment', name, uid: deployment.metadata.uid, controller: true }],
    },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: next },
    status: { replicas: fresh.length, readyReplicas: 0, availableReplicas: 0 },
  })
  const pods = fresh.map((state, index) =>
    thing<Pod>('Pod', `${set.metadata.name}-${index}abcd`, {
      metadata: {
        labels: { app: name },
        creationTimestamp: ago(700),
        ownerReferences: [{ kind: 'ReplicaSet', name: set.metadata.name, uid: set.metadata.uid, controller: true }],
      },
      spec: { nodeName: nodeName('11'), ...next.spec },
      status: state,
    }),
  )
  deployment.status = {
    replicas: 3 + fresh.length,
    updatedReplicas: fresh.length,
    readyReplicas: 3,
    availableReplicas: 3,
    unavailableReplicas: 1,
    conditions: [
      condition('Available', 'True', 'MinimumReplicasAvailable'),
      condition(
        'Progressing',
        'False',
        'ProgressDeadlineExceeded',
        `ReplicaSet "${set.metadata.name}" has timed out progressing.`,
      ),
    ],
  }
  return { objects: [...objects, set, ...pods], deployment, set, pods }
}

function paused(): UnseenCase {
  const objects = web('pricing', { replicas: 2, change: { paused: true } })
  const deployment = pick(objects, 'Deployment') as Deployment
  deployment.spec.template = {
    ...deployment.spec.template,
    spec: { containers: [app('pricing', { image: 'registry.test/team/pricing:2.0.0' })] },
  }
  deployment.status = {
    ...deployment.status,
    updatedReplicas: 0,
    conditions: [
      condition('Available', 'True', 'MinimumReplicasAvailable'),
      condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused'),
    ],
  }
  return {
    name: 'a paused deployment whose new image waits',
    objects: [...nodes(), ...objects],
    roots: [{ at: 'Deployment/pricing', by: ['rollout_paused'] }],
    words: ['paused', 'pricing:2.0.0'],
    action: { kinds: ['resume_rollout', 'escalate'], target: 'Deployment/pricing' },
  }
}

function unready(): UnseenCase {
  const running = [status('cart', { ready: false, state: { running: { startedAt: ago(690) } } })]
  const { objects, pods } = revised('cart', 'registry.test/team/cart:3.1.0', [
    { phase: 'Running', conditions: [condition('Ready', 'False', 'ContainersNotReady')], containerStatuses: running },
  ])
  return {
    name: 'a rollout whose new pods never become ready',
    objects: [...nodes(), ...objects],
    events: [
      event(pods[0] as Pod, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', {
        on: 'cart',
      }),
    ],
    roots: [{ at: 'Deployment/cart', by: ['rollout_stuck', 'readiness_failing', 'application_error'] }],
    words: ['503'],
    action: { kinds: ['rollback'], target: 'Deployment/cart' },
  }
}

function ordered(): UnseenCase {
  const objects = stateful('kafka', {
    replicas: 3,
    pods: [{}, { statuses: [status('kafka', { ready: false, state: { running: { startedAt: ago(600) } } })] }],
  })
  const second = objects.filter((each) => each.kind === 'Pod')[1] as Pod
  return {
    name: 'a stateful set that waits for an ordinal which never becomes ready',
    objects: [...nodes(), ...objects],
    events: [
      event(second, 'Unhealthy', 'Readiness probe failed: dial tcp 10.1.2.3:8080: connect: connection refused', {
        on: 'kafka',
        last_seen: ago(5),
      }),
    ],
    roots: [
      {
        at: 'StatefulSet/kafka',
        by: ['readiness_failing', 'statefulset_blocked', 'probe_misconfigured', 'container_not_ready'],
      },
    ],
    words: ['kafka', '8080'],
  }
}

function partition(): UnseenCase {
  const objects = stateful('indexer', {
    replicas: 3,
    change: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
    status: {
      currentRevision: 'indexer-6b',
      updateRevision: 'indexer-7c',
      updatedReplicas: 1,
      currentReplicas: 2,
      replicas: 3,
      readyReplicas: 3,
    },
  })
  return {
    name: 'a stateful set held back by a partition',
    objects: [...nodes(), ...objects],
    roots: [{ at: 'StatefulSet/indexer', by: ['rollout_paused'] }],
    words: ['partition', '2'],
    action: { kinds: ['custom_instruction:patch_strategy'] },
  }
}

function governing(): UnseenCase {
  const objects = stateful('etcd', {
    replicas: 2,
    service: false,
    container: { env: [{ name: 'PEERS', value: 'etcd-0.etcd:2380,etcd-1.etcd:2380' }] },
    pods: [
      {
        statuses: [
          status('etcd', {
            ready: false,
            restartCount: 4,
            state: waiting('etcd', 'CrashLoopBackOff').state,
            lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(65), finishedAt: ago(60) } },
          }),
        ],
      },
    ],
  })
  return {
    name: 'a stateful set whose governing service does not exist',
    objects: [...nodes(), ...objects],
    logs: {
      'etcd-0/etcd':
        'level=info msg="starting peer discovery"\nlevel=fatal msg="dial tcp: lookup etcd-0.etcd on 10.96.0.10:53: no such host"',
      'etcd-0/etcd/previous': 'level=fatal msg="dial tcp: lookup etcd-0.etcd on 10.96.0.10:53: no such host"',
    },
    roots: [{ at: 'StatefulSet/etcd', by: ['service_missing', 'dns_name_unresolved'] }],
    words: ['etcd'],
    action: { kinds: ['custom_instruction:create_service', 'escalate'] },
  }
}

const quietSet = stateful('ledger-db', { replicas: 1, service: false })

const applied = (replicas: number): Record<string, string> => ({
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { replicas } }),
})

function dependency(): UnseenCase {
  const crash = [
    status('orders', {
      ready: false,
      restartCount: 6,
      state: waiting('orders', 'CrashLoopBackOff').state,
      lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(75), finishedAt: ago(60) } },
    }),
  ]
  const orders = web('orders', {
    container: { env: [{ name: 'REDIS_URL', value: 'redis://session-store:6379' }] },
    pods: [{ statuses: crash }],
  })
  const store = [
    ...stateful('session-store', { replicas: 0, pods: [], service: false }),
    serviceFor(
      'session-store',
      { app: 'session-store' },
      { clusterIP: '10.96.3.4', ports: [{ port: 6379, targetPort: 6379 }] },
    ),
  ]
  const name = pick(orders, 'Pod').metadata.name
  return {
    name: 'a dependency that was scaled to zero',
    objects: [...nodes(), ...orders, ...store],
    logs: {
      [`${name}/orders`]:
        'starting orders 1.0.0\nERROR connect ECONNREFUSED 10.96.3.4:6379 (session-store:6379)\nexiting',
      [`${name}/orders/previous`]:
        'starting orders 1.0.0\nERROR connect ECONNREFUSED 10.96.3.4:6379 (session-store:6379)\nexiting',
    },
    roots: [{ at: 'StatefulSet/session-store', by: ['scaled_to_zero'] }],
    words: ['session-store', '0'],
    action: { kinds: ['scale'], target: 'StatefulSet/session-store' },
  }
}

function narrowed(): UnseenCase {
  const message = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."
  const { objects, deployment, set, pods } = revised('quotes', 'registry.test/team/quotes:2.0.0', [
    {
      phase: 'Pending',
      conditions: [condition('PodScheduled', 'False', 'Unschedulable', message)],
      containerStatuses: [],
    },
  ])
  for (const template of [deployment.spec.template, set.spec.template])
    if (template) template.spec = { ...template.spec, nodeSelector: { pool: 'fast' } }
  for (const pod of pods) pod.spec = { ...pod.spec, nodeName: undefined, nodeSelector: { pool: 'fast' } }
  return {
    name: 'a rollout whose new pods select a pool that does not exist',
    objects: [...nodes(), ...objects],
    events: unscheduled(pods, message),
    roots: [{ at: 'Deployment/quotes', by: ['node_selector_mismatch'] }],
    words: ['pool=fast'],
    action: { kinds: ['rollback', 'patch_scheduling'], target: 'Deployment/quotes' },
  }
}

function pinned(): UnseenCase {
  const message = "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]."
  const objects = daemon('collector', {}, 2, [nodeName('11'), nodeName('12')])
  const [owner, , second] = objects as [KubernetesObject & { status?: object }, Pod, Pod]
  owner.status = {
    desiredNumberScheduled: 2,
    currentNumberScheduled: 2,
    numberReady: 1,
    numberAvailable: 1,
    numberUnavailable: 1,
  }
  const own = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName('12')] }] }],
      },
    },
  }
  second.spec = {
    containers: [app('collector', { resources: { requests: { cpu: '600m' } } })],
    affinity: own,
    tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  }
  second.status = {
    phase: 'Pending',
    conditions: [condition('PodScheduled', 'False', 'Unschedulable', message)],
    containerStatuses: [],
  }
  const hog = web('hog', {
    container: { resources: { requests: { cpu: '1500m' } } },
    pods: [{ spec: { nodeName: nodeName('12') } }],
  })
  return {
    name: 'a daemon set that finds no room on one of its nodes',
    objects: [worker('11'), worker('12'), ...objects, ...hog],
    events: unscheduled([second], message),
    roots: [{ at: 'DaemonSet/collector', by: ['insufficient_resources'] }],
    words: ['cpu', 'Insufficient', '600m'],
    action: { kinds: ['patch_resources', 'custom_instruction:add_node', 'escalate'] },
  }
}

function recreateQuota(): UnseenCase {
  const { objects, set } = revised('promo', 'registry.test/team/promo:2.0.0', [])
  const refusal = `pods "promo-7f9c8d5b44-k2xlp" is forbidden: exceeded quota: team, requested: pods=1, used: pods=10, limited: pods=10`
  set.status = { replicas: 0, conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', refusal)] }
  return {
    name: 'a rollout whose surge pod is refused by a quota on pods',
    objects: [
      ...nodes(),
      ...objects,
      thing('ResourceQuota', 'team', {
        spec: { hard: { pods: '10' } },
        status: { hard: { pods: '10' }, used: { pods: '10' } },
      }),
    ],
    events: [event(set, 'FailedCreate', `Error creating: ${refusal}`, { count: 12 })],
    roots: [{ at: 'Deployment/promo', by: ['quota_exceeded'] }],
    words: ['quota', 'team', 'pods', 'maxSurge'],
    action: { kinds: ['custom_instruction:patch_strategy', 'custom_instruction:patch_quota'] },
  }
}

/** Rollouts, stateful sets and daemon sets that do not get on, and some that only look so. */
export const controllerCases: UnseenCase[] = [
  paused(),
  unready(),
  ordered(),
  partition(),
  governing(),
  recreateQuota(),
  narrowed(),
  pinned(),
  dependency(),
  {
    name: 'a stateful set without its governing service that nobody misses',
    objects: [...nodes(), ...quietSet],
    roots: [],
  },
  {
    name: 'a paused deployment without a pending change',
    objects: [...nodes(), ...web('static', { replicas: 2, change: { paused: true } })],
    roots: [],
  },
  {
    name: 'a daemon set for GPU nodes alone',
    objects: [
      ...nodes().map((each) =>
        each.metadata.name === nodeName('13') ? worker('13', { labels: { accelerator: 't4' } }) : each,
      ),
      ...daemon(
        'dcgm',
        {
          nodeSelector: { accelerator: 't4' },
          tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }],
        },
        1,
        [nodeName('13')],
      ),
    ],
    roots: [],
  },
  {
    name: 'a daemon set that leaves out a tainted node',
    objects: [...nodes(), ...daemon('log-shipper', {}, 2, [nodeName('11'), nodeName('12')])],
    roots: [{ at: 'DaemonSet/log-shipper', by: ['daemonset_node_excluded'] }],
    words: ['dedicated=gpu:NoSchedule', 'tolerate'],
    action: { kinds: ['patch_scheduling'], target: 'DaemonSet/log-shipper' },
  },
  {
    name: 'a workload at zero behind a live service',
    objects: [...nodes(), ...web('status', { replicas: 0, pods: [], annotations: applied(2) })],
    roots: [{ at: 'Deployment/status', by: ['scaled_to_zero'] }],
    words: ['scaled', '0', 'status'],
    action: { kinds: ['scale'], target: 'Deployment/status' },
  },
  {
    name: 'workloads at zero that nobody asks for',
    objects: [
      ...nodes(),
      ...web('shop-front'),
      ...web('load-test', {
        replicas: 0,
        pods: [],
        service: false,
        annotations: { 'acme.io/note': 'scaled down on purpose until the next test' },
      }),
    ],
    roots: [],
  },
  {
    name: 'a preview environment scaled to zero on purpose, said so in an annotation',
    objects: [
      ...nodes(),
      ...web('shop-front'),
      ...web('preview', {
        replicas: 0,
        pods: [],
        annotations: { 'acme.io/note': 'scaled to zero on purpose outside working hours' },
      }),
    ],
    roots: [],
  },
]
