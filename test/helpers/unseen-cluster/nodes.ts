import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import { ago, event, status } from '#test/helpers/build-cluster.ts'
import { condition, nodeName, nodes, pick, clusterThing, stateful, web, worker } from './parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const gone = worker('12', {
  spec: {
    taints: [
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ],
  },
  conditions: ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) =>
    condition(type, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.', 400),
  ),
})

/** A pod on a node that is lost: still Running, its containers ready, only its own Ready condition is False. */
const stranded = (name: string, deleted = false) => ({
  spec: { nodeName: nodeName('12') },
  status: {
    phase: 'Running',
    conditions: [
      condition('Ready', 'False', 'NodeNotReady', '', 390),
      condition('ContainersReady', 'True'),
      ...(deleted
        ? [
            condition(
              'DisruptionTarget',
              'True',
              'DeletionByTaintManager',
              'Taint manager: deleting due to NoExecute taint',
              90,
            ),
          ]
        : []),
    ],
    containerStatuses: [status(name)],
  },
  ...(deleted ? { meta: { deletionTimestamp: ago(60), deletionGracePeriodSeconds: 30 } } : {}),
})

const heartbeat = event(gone, 'NodeNotReady', `Node ${nodeName('12')} status is now: NodeNotReady`, {
  type: 'Normal',
  namespace: 'default',
})

const evicted = (name: string, message: string) => ({
  spec: { nodeName: nodeName('11') },
  status: {
    phase: 'Failed',
    reason: 'Evicted',
    message,
    conditions: [condition('DisruptionTarget', 'True', 'TerminationByKubelet', message, 100)],
    containerStatuses: [],
  },
  statuses: [],
  meta: { creationTimestamp: ago(400) },
  name,
})

const disk = worker('11', {
  spec: { taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] },
  conditions: [condition('DiskPressure', 'True', 'KubeletHasDiskPressure', 'kubelet has disk pressure', 200)],
})
const diskWords =
  'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 9Gi. Container upload was using 20Gi, request is 0, has larger consumption of ephemeral-storage. '
const upload = web('upload', { replicas: 1, pods: [{}, evicted('upload', diskWords)] })
;(pick(upload, 'Pod') as Pod).spec.nodeName = nodeName('12')

const memory = worker('11', {
  spec: { taints: [{ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }] },
  conditions: [
    condition(
      'MemoryPressure',
      'True',
      'KubeletHasInsufficientMemory',
      'kubelet has insufficient memory available',
      200,
    ),
  ],
})
const memoryWords =
  'The node was low on resource: memory. Threshold quantity: 100Mi, available: 60Mi. Container cruncher was using 7Gi, request is 64Mi, has larger consumption of memory. '
const cruncher = web('cruncher', {
  replicas: 1,
  pods: [evicted('cruncher', memoryWords), evicted('cruncher', memoryWords)],
})

const evictionEvents = (objects: KubernetesObject[], words: string) =>
  objects
    .filter((each) => each.kind === 'Pod' && (each as Pod).status?.reason === 'Evicted')
    .map((each) => event(each, 'Evicted', words, { count: 1, last_seen: ago(100), first_seen: ago(100) }))

const singleton = stateful('ledger-db', { pods: [stranded('ledger-db', true)] })
const noise = clusterThing<KubernetesObject>('Node', 'x')

/** Nodes that are lost or short of something, and what their pods look like then. */
export const nodeCases: UnseenCase[] = [
  {
    name: 'a lost node whose pods still look Running',
    objects: [
      worker('11'),
      gone,
      worker('13'),
      ...web('api', { replicas: 2, pods: [{}, stranded('api')] }),
      ...web('cart', { pods: [stranded('cart')] }),
    ],
    events: [heartbeat],
    roots: [{ at: `Node/${nodeName('12')}`, by: ['node_not_ready'] }],
    words: [nodeName('12'), 'NotReady', 'NodeStatusUnknown'],
    action: { kinds: ['escalate'], target: `Node/${nodeName('12')}` },
  },
  {
    name: 'a lost node whose stateful pod cannot be replaced',
    objects: [worker('11'), gone, worker('13'), ...singleton],
    events: [
      heartbeat,
      event(pick(singleton, 'Pod'), 'TaintManagerEviction', 'Marking for deletion Pod shop/ledger-db-0', {
        type: 'Normal',
      }),
    ],
    roots: [{ at: `Node/${nodeName('12')}`, by: ['node_not_ready'] }],
    words: [nodeName('12'), 'ledger-db', 'NotReady'],
    action: { kinds: ['escalate'] },
  },
  {
    name: 'a node without a network',
    objects: [
      worker('11', {
        conditions: [
          condition(
            'Ready',
            'False',
            'KubeletNotReady',
            'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
          ),
        ],
        spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] },
      }),
      worker('12'),
      worker('13'),
      ...web('api', { replicas: 2, pods: [{ ...stranded('api'), spec: { nodeName: nodeName('11') } }, {}] }),
    ],
    roots: [{ at: `Node/${nodeName('11')}`, by: ['node_not_ready'] }],
    words: ['cni plugin', 'KubeletNotReady'],
    action: { kinds: ['escalate'] },
  },
  {
    name: 'a node under disk pressure that evicts',
    objects: [disk, worker('12'), worker('13'), ...upload],
    events: evictionEvents(upload, diskWords),
    roots: [{ at: `Node/${nodeName('11')}`, by: ['node_pressure'] }],
    words: ['DiskPressure', 'ephemeral-storage', 'upload', '20Gi'],
    action: { kinds: ['patch_resources', 'escalate', 'custom_instruction:patch_resources'] },
  },
  {
    name: 'a node under memory pressure that evicts the same pods again and again',
    objects: [memory, worker('12'), worker('13'), ...cruncher],
    events: evictionEvents(cruncher, memoryWords),
    roots: [{ at: `Node/${nodeName('11')}`, by: ['node_pressure'] }],
    words: ['MemoryPressure', 'memory', 'cruncher', 'evicted'],
    action: { kinds: ['patch_resources', 'escalate', 'custom_instruction:patch_resources'] },
  },
  {
    name: 'node noise at start-up beside a namespace that is well',
    objects: [...nodes(), ...web('shop-front', { replicas: 2 })],
    events: ['11', '12'].flatMap((each) => [
      event(
        { ...noise, metadata: { ...noise.metadata, name: nodeName(each as '11') } },
        'InvalidDiskCapacity',
        'invalid capacity 0 on image filesystem',
        { namespace: 'default' },
      ),
      event(
        { ...noise, metadata: { ...noise.metadata, name: nodeName(each as '11') } },
        'CgroupV1',
        'cgroup v1 detected. cgroup v1 support is deprecated',
        { namespace: 'default' },
      ),
    ]),
    roots: [],
  },
]
