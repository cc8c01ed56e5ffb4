import type { KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { event } from '#test/helpers/build-cluster.ts'
import { daemon } from './daemon-parts.ts'
import { app, nodeName, nodes, pending, pick, podOf, thing, unscheduled, web, worker } from './parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const tail = ' preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.'

const beside = (name: string, key = 'kubernetes.io/hostname') => ({
  topologyKey: key,
  labelSelector: { matchLabels: { app: name } },
})

function stuck(name: string, message: string, spec: Partial<PodSpec> = {}, more: Parameters<typeof web>[1] = {}) {
  const objects = web(name, { spec, pods: [pending(message + tail)], ...more })
  return { objects, events: unscheduled(objects, message + tail) }
}

const spread = stuckSpread()

function stuckSpread() {
  const message =
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match pod anti-affinity rules."
  const objects = web('ledger', {
    replicas: 3,
    spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [beside('ledger')] } } },
    pods: [{}, {}, pending(message)],
  })
  return { objects, events: unscheduled(objects, message) }
}

const lonely = stuck(
  'cache-warmer',
  "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match pod affinity rules.",
  { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [beside('redis-primary')] } } },
)

const zoned = stuck('geo-index', "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-west-1c'] }] },
        ],
      },
    },
  },
})

const crowdMessage = '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu.'
const crowded = stuck(
  'report-api',
  crowdMessage,
  {},
  {
    container: { resources: { requests: { cpu: '900m', memory: '128Mi' } } },
  },
)

const oneClosed = nodes().map((node) =>
  node.metadata.name === nodeName('11')
    ? { ...node, spec: { ...node.spec, unschedulable: true } }
    : { ...node, spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } },
)

/** The pod that a daemon set has made for a node on which others take the room. */
function pinnedProbe() {
  const message = "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]."
  const waits = pending(message)
  const only = { key: 'metadata.name', operator: 'In' as const, values: [nodeName('12')] }
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [only] }] } },
  }
  const [owner, ready] = daemon('probe', {}, 2, [nodeName('11')])
  const containers = [app('probe', { resources: { requests: { cpu: '900m' } } })]
  const waiting = podOf(
    owner as KubernetesObject,
    1,
    { labels: { app: 'probe' }, containers, age: 900 },
    {
      status: waits.status,
      spec: { ...waits.spec, affinity },
    },
  )
  const heavy = web('heavy', {
    container: { resources: { requests: { cpu: '1500m' } } },
    pods: [{ spec: { nodeName: nodeName('12') } }],
  })
  const objects = [owner, ready, waiting, ...heavy] as KubernetesObject[]
  return { objects, events: [event(waiting, 'FailedScheduling', message, { reporter: 'default-scheduler' })] }
}
const pinned = pinnedProbe()

const hogs = web('search', {
  replicas: 2,
  container: { resources: { requests: { cpu: '1500m', memory: '128Mi' } } },
})

const cordonMessage = '0/3 nodes are available: 3 node(s) were unschedulable.'
const cordoned = stuck('basket', cordonMessage)
const closedNodes = (['11', '12', '13'] as const).map((each) =>
  worker(each, {
    spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
  }),
)

const gpuMessage = '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient nvidia.com/gpu.'
const gpu = stuck(
  'embedder',
  gpuMessage,
  {},
  {
    container: { resources: { requests: { cpu: '100m', 'nvidia.com/gpu': '1' }, limits: { 'nvidia.com/gpu': '1' } } },
  },
)

const portMessage =
  "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't have free ports for the requested pod ports."
const edge = web('edge', {
  replicas: 3,
  container: { ports: [{ name: 'http', containerPort: 8080, hostPort: 8443 }] },
  pods: [{}, {}, pending(portMessage)],
})

function preemptedCase(): UnseenCase {
  const message = '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu.'
  const low = web('thumbs', {
    replicas: 1,
    spec: { priorityClassName: 'batch-low', priority: 100 },
    container: { resources: { requests: { cpu: '1000m' } } },
    pods: [pending(message)],
    service: false,
  })
  const high = web('quotes', {
    replicas: 2,
    age: 400,
    spec: { priorityClassName: 'realtime-critical', priority: 100_000 },
    container: { resources: { requests: { cpu: '1200m' } } },
  })
  const gone = thing('Pod', 'thumbs-6d4cf56db6-old01')
  return {
    name: 'preempted by a class of higher priority',
    objects: [...nodes(), ...low, ...high],
    events: [
      ...unscheduled(low, message),
      event(gone, 'Preempted', `Preempted by pod ${pick(high, 'Pod').metadata.uid} on node ${nodeName('11')}`, {
        modern: true,
        type: 'Normal',
      }),
    ],
    roots: [{ at: 'Deployment/thumbs', by: ['preempted'] }],
    words: ['preempt', 'preempted', 'realtime-critical', 'cpu'],
    action: { kinds: ['custom_instruction:add_node', 'patch_resources'] },
  }
}

const gatedPods = web('tenant-sync', {
  pods: [
    {
      status: {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'SchedulingGated',
            message: 'Scheduling is blocked due to non-empty scheduling gates',
          },
        ],
        containerStatuses: [],
      },
      spec: { nodeName: undefined, schedulingGates: [{ name: 'acme.io/quota-check' }] },
    },
  ],
})

const tainted = (): KubernetesObject[] => [
  worker('11', { spec: { taints: [{ key: 'team', value: 'billing', effect: 'NoSchedule' }] } }),
  worker('12', { spec: { taints: [{ key: 'team', value: 'billing', effect: 'NoSchedule' }] } }),
  worker('13'),
]

/** Pods that no node takes, each for another reason. */
export const schedulingCases: UnseenCase[] = [
  {
    name: 'anti-affinity with more replicas than nodes',
    objects: [...nodes(), ...spread.objects],
    events: spread.events,
    roots: [{ at: 'Deployment/ledger', by: ['pod_affinity_unsatisfiable'] }],
    words: ['anti-affinity', 'kubernetes.io/hostname'],
    action: { kinds: ['scale', 'custom_instruction:patch_pod_affinity', 'custom_instruction:add_node'] },
  },
  {
    name: 'required pod affinity with nothing to be near',
    objects: [...nodes(), ...lonely.objects],
    events: lonely.events,
    roots: [{ at: 'Deployment/cache-warmer', by: ['pod_affinity_unsatisfiable'] }],
    words: ['affinity', 'app=redis-primary'],
    action: { kinds: ['custom_instruction:patch_pod_affinity'] },
  },
  {
    name: 'node affinity to a zone without nodes',
    objects: [...nodes(), ...zoned.objects],
    events: zoned.events,
    roots: [{ at: 'Deployment/geo-index', by: ['node_affinity_mismatch'] }],
    words: ['eu-west-1c', 'node affinity', 'topology.kubernetes.io/zone'],
  },
  {
    name: 'no cpu left beside other pods',
    objects: [...nodes(), ...hogs, ...crowded.objects],
    events: crowded.events,
    roots: [{ at: 'Deployment/report-api', by: ['insufficient_resources'] }],
    words: ['cpu', '900m', 'Insufficient'],
    action: { kinds: ['custom_instruction:add_node', 'patch_resources'] },
  },
  {
    name: 'no cpu left beside pods of namespaces that are not seen',
    objects: [...nodes(), ...crowded.objects],
    events: crowded.events,
    roots: [{ at: 'Deployment/report-api', by: ['insufficient_resources'] }],
    words: ['cpu', '900m', 'Insufficient'],
    action: { kinds: ['custom_instruction:add_node', 'patch_resources'] },
  },
  {
    name: 'one cordoned node that alone has room',
    objects: [...oneClosed, ...crowded.objects],
    events: crowded.events,
    roots: [{ at: `Node/${nodeName('11')}`, by: ['node_cordoned'] }],
    words: ['cordoned', 'report-api'],
    action: { kinds: ['uncordon'], target: `Node/${nodeName('11')}` },
  },
  {
    name: "a daemon set's pod without room on its node",
    objects: [...nodes(), ...pinned.objects],
    events: pinned.events,
    roots: [{ at: 'DaemonSet/probe', by: ['insufficient_resources'] }],
    words: [nodeName('12'), 'cpu', '900m'],
    action: { kinds: ['patch_resources', 'custom_instruction:make_room'], target: 'DaemonSet/probe' },
  },
  {
    name: 'every node cordoned',
    objects: [...closedNodes, ...cordoned.objects],
    events: cordoned.events,
    roots: [{ at: 'Deployment/basket', by: ['node_cordoned'] }],
    words: ['cordoned', 'unschedulable'],
    action: { kinds: ['uncordon', 'custom_instruction:add_node'] },
  },
  {
    name: 'an extended resource that no node offers',
    objects: [...nodes(), ...gpu.objects],
    events: gpu.events,
    roots: [{ at: 'Deployment/embedder', by: ['insufficient_resources'] }],
    words: ['nvidia.com/gpu'],
    action: { kinds: ['custom_instruction:add_node', 'custom_instruction:install_addon', 'escalate'] },
  },
  {
    name: 'host port taken on every open node',
    objects: [...nodes(), ...edge],
    events: unscheduled(edge, portMessage),
    roots: [{ at: 'Deployment/edge', by: ['host_port_conflict'] }],
    words: ['8443', 'host port'],
    action: { kinds: ['scale', 'custom_instruction:remove_host_port'] },
  },
  preemptedCase(),
  {
    name: 'a scheduling gate that nobody removes',
    objects: [...nodes(), ...gatedPods],
    roots: [{ at: 'Deployment/tenant-sync', by: ['scheduling_gated'] }],
    words: ['acme.io/quota-check'],
    action: { kinds: ['escalate'] },
  },
  (() => {
    const message = '0/3 nodes are available: 3 node(s) had untolerated taint(s).'
    const { objects, events } = stuck('mailer', message)
    return {
      name: 'every node tainted for somebody else',
      objects: [...tainted(), ...objects],
      events,
      roots: [{ at: 'Deployment/mailer', by: ['untolerated_taint'] }],
      words: ['taint', 'team=billing:NoSchedule', 'tolerate'],
      action: { kinds: ['custom_instruction:add_node', 'patch_scheduling', 'escalate'] },
    } satisfies UnseenCase
  })(),
  (() => {
    const message = '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient memory.'
    const { objects, events } = stuck('trainer', message, {
      containers: [
        app('trainer', { resources: { requests: { memory: '6Gi' } } }),
        app('cache', { resources: { requests: { memory: '5Gi' } } }),
      ],
    })
    return {
      name: 'a pod whose containers together ask for more than a node has',
      objects: [...nodes(), ...objects],
      events,
      roots: [{ at: 'Deployment/trainer', by: ['insufficient_resources'] }],
      words: ['memory', 'Insufficient', '11Gi'],
    } satisfies UnseenCase
  })(),
]
