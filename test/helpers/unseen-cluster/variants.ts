import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { Job, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { ago, event, status, waiting } from '#test/helpers/build-cluster.ts'
import {
  app,
  condition,
  nodeName,
  nodes,
  pending,
  pick,
  serviceFor,
  stateful,
  thing,
  unscheduled,
  web,
  worker,
} from './parts.ts'
import { cron, endedPod, run } from './run-parts.ts'
import { claim, mounting, storageClass, volume } from './storage-parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const lostTaints = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: 'node.kubernetes.io/unreachable', effect }))
const gone = worker('12', {
  spec: { taints: lostTaints },
  conditions: [condition('Ready', 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.', 500)],
})
const away = (name: string) => ({
  spec: { nodeName: nodeName('12') },
  status: {
    phase: 'Running',
    conditions: [
      condition('Ready', 'False', 'NodeNotReady'),
      condition('ContainersReady', 'True'),
      condition(
        'DisruptionTarget',
        'True',
        'DeletionByTaintManager',
        'Taint manager: deleting due to NoExecute taint',
        130,
      ),
    ],
    containerStatuses: [status(name)],
  },
  meta: { deletionTimestamp: ago(100), deletionGracePeriodSeconds: 30 },
})
const here = { spec: { nodeName: nodeName('11') }, meta: { creationTimestamp: ago(120) } }

const noRoom =
  '0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.'
const lostTight = web('orders', {
  container: { resources: { requests: { cpu: '1500m' } } },
  pods: [
    away('orders'),
    {
      ...pending('0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s).'),
      meta: { creationTimestamp: ago(120) },
    },
  ],
})

function attachedToLostNode(): UnseenCase {
  const creating = waiting('wiki', 'ContainerCreating')
  const fresh = {
    spec: { nodeName: nodeName('11') },
    status: {
      phase: 'Pending',
      startTime: ago(100),
      conditions: [condition('Ready', 'False')],
      containerStatuses: [creating],
    },
    statuses: [creating],
    meta: { creationTimestamp: ago(300) },
  }
  const objects = web('wiki', { spec: mounting('wiki-data'), pods: [away('wiki'), fresh] })
  const [, second] = objects.filter((each) => each.kind === 'Pod')
  return {
    name: 'a volume that a lost node still holds',
    objects: [
      worker('11'),
      gone,
      worker('13'),
      ...objects,
      claim('wiki-data', { volumeName: 'pvc-1' }),
      volume('pvc-1', 'wiki-data', 'standard'),
    ],
    events: [
      event(
        second as Pod,
        'FailedAttachVolume',
        'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
      ),
    ],
    roots: [{ at: `Node/${nodeName('12')}`, by: ['node_not_ready'] }],
    words: [nodeName('12')],
    action: { kinds: ['escalate'] },
  }
}

function claimRefused(): UnseenCase {
  const objects = stateful('metrics-db', { pods: [] })
  const set = pick(objects, 'StatefulSet') as StatefulSet
  return {
    name: 'a stateful set whose claim is refused by a quota on storage',
    objects: [
      ...nodes(),
      ...objects,
      thing('ResourceQuota', 'storage', {
        spec: { hard: { 'requests.storage': '100Gi' } },
        status: { hard: { 'requests.storage': '100Gi' }, used: { 'requests.storage': '95Gi' } },
      }),
    ],
    events: [
      event(
        set,
        'FailedCreate',
        'create Claim data-metrics-db-0 for Pod metrics-db-0 in StatefulSet metrics-db failed error: persistentvolumeclaims "data-metrics-db-0" is forbidden: exceeded quota: storage, requested: requests.storage=20Gi, used: requests.storage=95Gi, limited: requests.storage=100Gi',
      ),
    ],
    roots: [{ at: 'StatefulSet/metrics-db', by: ['quota_exceeded'] }],
    words: ['storage', 'requests.storage', '100Gi', '95Gi'],
    action: { kinds: ['custom_instruction:patch_quota', 'escalate'] },
  }
}

function consumerTooLarge(): UnseenCase {
  const message = '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient memory.'
  const objects = web('index', {
    spec: mounting('index-data'),
    container: { resources: { requests: { memory: '40Gi' } } },
    pods: [pending(message)],
  })
  const waits = claim('index-data', { storageClassName: 'fast' })
  return {
    name: 'a claim that waits for a consumer which no node can hold',
    objects: [...nodes(), storageClass('fast', 'ebs.csi.example.com', 'WaitForFirstConsumer'), ...objects, waits],
    events: [
      ...unscheduled(objects, message),
      event(waits, 'WaitForPodScheduled', 'waiting for pod index to be scheduled', { type: 'Normal' }),
    ],
    roots: [{ at: 'Deployment/index', by: ['insufficient_resources'] }],
    words: ['40Gi', 'memory'],
  }
}

function zoneConflict(): UnseenCase {
  const message =
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) didn't match PersistentVolume's node affinity, 1 node(s) didn't match Pod's node affinity/selector."
  const objects = web('files', {
    spec: { ...mounting('files-data'), nodeSelector: { 'topology.kubernetes.io/zone': 'eu-west-1b' } },
    pods: [pending(message)],
  })
  return {
    name: 'a volume in one zone and a selector for another',
    objects: [
      ...nodes(),
      ...objects,
      claim('files-data', { volumeName: 'pvc-z' }),
      volume('pvc-z', 'files-data', 'standard', nodeName('11')),
    ],
    events: unscheduled(objects, message),
    roots: [{ at: 'PersistentVolumeClaim/files-data', by: ['volume_node_conflict'] }],
    words: ['pvc-z', nodeName('11'), 'node affinity'],
  }
}

function stuckPod(): UnseenCase {
  const objects = web('render', {
    pods: [
      {},
      { spec: { nodeName: nodeName('12') }, meta: { deletionTimestamp: ago(900), deletionGracePeriodSeconds: 30 } },
    ],
  })
  const old = objects.filter((each) => each.kind === 'Pod')[1] as Pod
  return {
    name: 'a pod that the kubelet of a ready node does not end',
    objects: [...nodes(), ...objects],
    events: [
      event(
        old,
        'FailedKillPod',
        'error killing pod: failed to "KillContainer" for "render" with KillContainerError: "rpc error: code = DeadlineExceeded"',
      ),
    ],
    roots: [{ at: 'Deployment/render', by: ['termination_slow'] }],
    words: ['Terminating', nodeName('12')],
    action: { kinds: ['escalate'] },
  }
}

function defaults(): UnseenCase {
  const message = '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient memory.'
  const objects = web('tool', { container: { resources: {} }, pods: [{ ...pending(message) }] })
  const waits = pick(objects, 'Pod') as Pod
  waits.spec = {
    ...waits.spec,
    containers: [app('tool', { resources: { requests: { memory: '32Gi' }, limits: { memory: '32Gi' } } })],
  }
  return {
    name: 'a request that comes from the default of a limit range',
    objects: [
      ...nodes(),
      ...objects,
      thing('LimitRange', 'defaults', {
        spec: { limits: [{ type: 'Container', default: { memory: '32Gi' }, defaultRequest: { memory: '32Gi' } }] },
      }),
    ],
    events: unscheduled(objects, message),
    roots: [{ at: 'Deployment/tool', by: ['insufficient_resources'] }],
    words: ['32Gi', 'LimitRange', 'defaults'],
  }
}

function pendingRun(): UnseenCase {
  const message = '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient memory.'
  const objects = run('train', {
    status: { active: 1, startTime: ago(600) },
    pods: [pending(message)],
    container: { resources: { requests: { memory: '64Gi' } } },
  })
  return {
    name: 'a job whose pod fits on no node',
    objects: [...nodes(), ...objects],
    events: unscheduled(objects, message),
    roots: [{ at: 'Job/train', by: ['insufficient_resources'] }],
    words: ['64Gi', 'memory'],
  }
}

const never = cron('ping', { startingDeadlineSeconds: 5 }, {})

function slowRun(): UnseenCase {
  const objects = run('export', {
    spec: { activeDeadlineSeconds: 60 },
    status: {
      failed: 1,
      startTime: ago(300),
      conditions: [condition('Failed', 'True', 'DeadlineExceeded', 'Job was active longer than specified deadline')],
    },
  })
  const job = pick(objects, 'Job') as Job
  return {
    name: 'a job that was ended at its deadline, beside a service that is well',
    objects: [...nodes(), ...web('front'), ...objects],
    events: [event(job, 'DeadlineExceeded', 'Job was active longer than specified deadline', { count: 1 })],
    roots: [{ at: 'Job/export', by: ['job_deadline_exceeded'] }],
    words: ['DeadlineExceeded', '60'],
    action: { kinds: ['custom_instruction:patch_job', 'escalate'] },
  }
}

const cordonedNode = worker('12', {
  spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
})
const zeroBudget = thing<KubernetesObject>('PodDisruptionBudget', 'gateway', {
  spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'gateway' } } },
  status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 },
})

const leftover = web('shop-front', {
  replicas: 2,
  pods: [{}, {}, { ...endedPod('shop-front', 137, 3000), meta: { creationTimestamp: ago(4000) } }],
})
const oldEviction = leftover.filter((each) => each.kind === 'Pod')[2] as Pod
oldEviction.status = {
  phase: 'Failed',
  reason: 'Evicted',
  message: 'The node was low on resource: memory. ',
  containerStatuses: [],
}

const named = web('pay', { service: { ports: [{ name: 'web', port: 80, targetPort: 'http' }] } })
const portName: KubernetesObject = thing('Ingress', 'pay', {
  spec: {
    rules: [
      {
        host: 'pay.example.com',
        http: { paths: [{ path: '/', backend: { service: { name: 'pay', port: { name: 'http' } } } }] },
      },
    ],
  },
  metadata: { annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
})

/** The same families once more, with what usually comes along with them. */
export const variantCases: UnseenCase[] = [
  {
    name: 'a lost node whose pods have been replaced elsewhere',
    objects: [worker('11'), gone, worker('13'), ...web('cart', { pods: [here, away('cart')] })],
    roots: [{ at: `Node/${nodeName('12')}`, by: ['node_not_ready'] }],
    words: [nodeName('12'), 'NotReady', 'Kubelet', 'unreachable'],
    action: { kinds: ['escalate'], target: `Node/${nodeName('12')}` },
  },
  {
    name: 'a lost node whose pods find no room elsewhere',
    objects: [
      worker('11'),
      gone,
      worker('13'),
      ...web('other', { container: { resources: { requests: { cpu: '1200m' } } } }),
      ...lostTight,
    ],
    events: unscheduled(lostTight, noRoom),
    roots: [{ at: `Node/${nodeName('12')}`, by: ['node_not_ready'] }],
    words: [nodeName('12')],
    action: { kinds: ['escalate'] },
  },
  attachedToLostNode(),
  claimRefused(),
  consumerTooLarge(),
  zoneConflict(),
  stuckPod(),
  defaults(),
  pendingRun(),
  slowRun(),
  {
    name: 'a cron job whose deadline is shorter than the controller looks',
    objects: [...nodes(), never],
    roots: [{ at: 'CronJob/ping', by: ['cronjob_missed'] }],
    words: ['startingDeadlineSeconds', '5'],
    action: { kinds: ['custom_instruction:patch_schedule', 'escalate'] },
  },
  {
    name: 'a budget of maxUnavailable 0 on a node that is to be drained',
    objects: [worker('11'), cordonedNode, worker('13'), ...web('gateway', { replicas: 2 }), zeroBudget],
    roots: [{ at: 'PodDisruptionBudget/gateway', by: ['pdb_blocks_eviction'] }],
    words: ['maxUnavailable', '0', 'drain', 'disruption budget', nodeName('12')],
    action: { kinds: ['custom_instruction:patch_pdb', 'escalate'], target: 'PodDisruptionBudget/gateway' },
  },
  {
    name: 'an ingress that names the port of the container instead of that of the service',
    objects: [...nodes(), ...named, portName],
    roots: [{ at: 'Ingress/pay', by: ['ingress_backend_missing'] }],
    words: ['backend', 'http', 'web', 'pay'],
    action: { kinds: ['custom_instruction:patch_ingress'] },
  },
  {
    name: 'a service that finds no pod and resembles no workload',
    objects: [...nodes(), ...web('front'), serviceFor('billing', { role: 'billing' })],
    roots: [{ at: 'Service/billing', by: ['service_without_endpoints', 'service_selector_mismatch'] }],
    words: ['billing', 'role=billing'],
    action: {
      kinds: ['escalate', 'patch_service', 'custom_instruction:patch_service', 'custom_instruction:create_deployment'],
    },
  },
  {
    name: 'a cordoned node, an old eviction and a suspended queue job, where all serves',
    objects: [
      worker('11'),
      cordonedNode,
      worker('13'),
      ...leftover,
      ...run('nightly-train', {
        spec: { suspend: true },
        status: { conditions: [condition('Suspended', 'True', 'JobSuspended')] },
      }).map((each) =>
        each.kind === 'Job'
          ? { ...each, metadata: { ...each.metadata, labels: { 'kueue.x-k8s.io/queue-name': 'gpu' } } }
          : each,
      ),
    ],
    roots: [],
  },
]
