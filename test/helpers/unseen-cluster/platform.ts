import type { ApiService } from '#src/domain/kubernetes/cluster.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { CsiNode, VolumeAttachment } from '#src/domain/kubernetes/storage.ts'
import type { HorizontalPodAutoscaler } from '#src/domain/kubernetes/workloads.ts'
import { ago, ended, event, status } from '#test/helpers/build-cluster.ts'
import { clusterThing, condition, nodeName, nodes, pick, podOf, thing, web, worker } from './parts.ts'
import { cron, run } from './run-parts.ts'
import { claim, mounting, volume } from './storage-parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const hpa = (name: string, target: string, message?: string): HorizontalPodAutoscaler =>
  thing<HorizontalPodAutoscaler>('HorizontalPodAutoscaler', name, {
    apiVersion: 'autoscaling/v2',
    spec: { minReplicas: 2, maxReplicas: 8, scaleTargetRef: { kind: 'Deployment', name: target } },
    status: {
      currentReplicas: 2,
      desiredReplicas: 2,
      conditions: [
        message === undefined
          ? condition('ScalingActive', 'True', 'ValidMetricFound')
          : condition('ScalingActive', 'False', 'FailedGetResourceMetric', message),
      ],
    },
  })

const basket = web('basket', { replicas: 2 })
const scaler = hpa('basket', 'basket')
const target = pick(basket, 'Deployment')
const normal = { type: 'Normal' as const, first_seen: ago(3_000), last_seen: ago(120) }
const scaled = (from: number, to: number, count: number) =>
  event(
    target,
    'ScalingReplicaSet',
    `Scaled ${to > from ? 'up' : 'down'} replica set basket-6d4cf56db6 from ${from} to ${to}`,
    {
      ...normal,
      count,
    },
  )
const rescaled = (
  to: number,
  count: number,
  reason = 'cpu resource utilization (percentage of request) above target',
) => event(scaler, 'SuccessfulRescale', `New size: ${to}; reason: ${reason}`, { ...normal, count })

const helped = { restartPolicy: 'Never', containers: [{ name: 'run' }, { name: 'proxy' }] }
const half = run('report', {
  status: { active: 1, startTime: ago(900) },
  pods: [
    {
      spec: helped,
      statuses: [
        status('run', { ready: false, state: ended(0, 'Completed', 600, 120) }),
        status('proxy', { state: { running: { startedAt: ago(880) } } }),
      ],
    },
  ],
})
const done = run('report', {
  status: { active: 1, startTime: ago(900) },
  pods: [
    {
      spec: helped,
      statuses: [
        status('run', { ready: false, state: ended(0, 'Completed', 20, 120) }),
        status('proxy', { state: { running: { startedAt: ago(880) } } }),
      ],
    },
  ],
})

const gate = 'target-health.elbv2.k8s.aws/basket'
const gated = (since: number, said: 'False' | 'True') =>
  web('basket', {
    spec: { readinessGates: [{ conditionType: gate }] },
    pods: [
      {
        status: {
          phase: 'Running',
          containerStatuses: [status('basket')],
          conditions: [
            condition('ContainersReady', 'True', '', '', since),
            condition('Ready', said, said === 'False' ? 'ReadinessGatesNotReady' : '', '', since),
            condition(gate, said, 'Target.FailedHealthChecks', 'Health checks failed', since),
          ],
        },
      },
    ],
  })

const held = web('ledger', { spec: mounting('ledger'), replicas: 1 })
const rwop = claim('ledger', { accessModes: ['ReadWriteOncePod'], volumeName: 'pv-1' })
const second = podOf(
  pick(held, 'ReplicaSet'),
  1,
  {
    labels: { app: 'ledger' },
    containers: (pick(held, 'Pod') as Pod).spec.containers,
    spec: mounting('ledger'),
    age: 300,
  },
  {
    spec: { nodeName: undefined },
    status: {
      phase: 'Pending',
      containerStatuses: [],
      conditions: [
        condition(
          'PodScheduled',
          'False',
          'Unschedulable',
          '0/3 nodes are available: 3 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.',
        ),
      ],
    },
  },
)

const waitingForVolume = (name: string) =>
  web(name, {
    spec: mounting('ledger'),
    pods: [
      {
        status: {
          phase: 'Pending',
          conditions: [condition('Ready', 'False', 'ContainersNotReady')],
          containerStatuses: [status(name, { ready: false, state: { waiting: { reason: 'ContainerCreating' } } })],
        },
      },
    ],
  })
const attaching = waitingForVolume('ledger')
const mountingCsi = waitingForVolume('ledger')
const bound = claim('ledger', { volumeName: 'pv-1' })
const attachment = clusterThing<VolumeAttachment>('VolumeAttachment', 'csi-3b1f', {
  spec: { attacher: 'disk.csi.acme.io', nodeName: nodeName('12'), source: { persistentVolumeName: 'pv-1' } },
  status: { attached: true, detachError: { message: 'rpc error: code = Internal desc = volume busy' } },
})
const drivers = clusterThing<CsiNode>('CSINode', nodeName('11'), { spec: { drivers: [{ name: 'nfs.csi.acme.io' }] } })

const metricsApi = clusterThing<ApiService>('APIService', 'v1beta1.metrics.k8s.io', {
  spec: { group: 'metrics.k8s.io', version: 'v1beta1', service: { namespace: 'kube-system', name: 'metrics-server' } },
  status: {
    conditions: [
      condition(
        'Available',
        'False',
        'MissingEndpoints',
        'endpoints for service/metrics-server in "kube-system" have no addresses',
      ),
    ],
  },
})

const shut = worker('11', { spec: { unschedulable: true } })
const twoBudgets = (name: string) =>
  ['one', 'two'].map((suffix) =>
    thing('PodDisruptionBudget', `${name}-${suffix}`, {
      spec: { minAvailable: 1, selector: { matchLabels: { app: name } } },
      status: { disruptionsAllowed: 1, expectedPods: 2, currentHealthy: 2 },
    }),
  )

const heavy = web('heavy', {
  replicas: 2,
  pods: [{}, { statuses: [status('heavy', { ready: false, state: { running: { startedAt: ago(30) } } })] }],
})
const evictedBy = (count: number) =>
  event(
    thing<Pod>('Pod', 'heavy-6d4cf56db6-qq4vz'),
    'EvictedByVPA',
    'Pod was evicted by VPA Updater to apply resource recommendation.',
    {
      ...normal,
      count,
    },
  )

/** Conditions that hang on other parts of the platform: autoscalers, registered APIs, attachments, gates. */
export const platformCases: UnseenCase[] = [
  {
    name: 'an autoscaler whose count somebody keeps setting back',
    objects: [...nodes(), ...basket, scaler],
    events: [scaled(2, 6, 3), scaled(6, 2, 3), rescaled(6, 3)],
    roots: [{ at: 'Deployment/basket', by: ['hpa_contested'] }],
    words: ['basket', '3 times', '2 replicas'],
    action: { kinds: ['custom_instruction:drop_replicas'] },
  },
  {
    name: 'an autoscaler that follows a load that comes and goes',
    objects: [...nodes(), ...basket, scaler],
    events: [scaled(2, 6, 3), scaled(6, 2, 3), rescaled(6, 3), rescaled(2, 3, 'All metrics below target')],
    roots: [],
  },
  {
    name: 'two autoscalers of one workload',
    objects: [...nodes(), ...basket, scaler, hpa('basket-queue', 'basket')],
    roots: [{ at: 'HorizontalPodAutoscaler/basket-queue', by: ['hpa_contested'] }],
    words: ['basket', 'basket-queue'],
    action: { kinds: ['custom_instruction:merge_hpa'] },
  },
  {
    name: 'a job whose helper outlives its work',
    objects: [...nodes(), ...half],
    roots: [{ at: 'Job/report', by: ['job_sidecar_running'] }],
    words: ['run', 'proxy', '10m'],
    action: { kinds: ['custom_instruction:patch_job'] },
  },
  { name: 'a job whose helper is about to end', objects: [...nodes(), ...done], roots: [] },
  {
    name: 'pods that a readiness gate keeps out of service',
    objects: [...nodes(), ...gated(600, 'False')],
    roots: [{ at: 'Deployment/basket', by: ['readiness_gate_unmet'] }],
    words: [gate, 'Health checks failed'],
    action: { kinds: ['escalate'] },
  },
  { name: 'pods whose readiness gate is met', objects: [...nodes(), ...gated(600, 'True')], roots: [] },
  {
    name: 'a second pod for a volume that one pod at a time may use',
    objects: [...nodes(), ...held, second, rwop, volume('pv-1', 'ledger', 'standard')],
    roots: [{ at: 'Deployment/ledger', by: ['volume_in_use'] }],
    words: ['ReadWriteOncePod', 'ledger'],
    action: { kinds: ['custom_instruction:patch_strategy'] },
  },
  {
    name: 'a volume that is attached to another node and does not come off',
    objects: [...nodes(), ...attaching, bound, volume('pv-1', 'ledger', 'standard'), attachment],
    events: [
      event(
        pick(attaching, 'Pod'),
        'FailedAttachVolume',
        'Multi-Attach error for volume "pv-1" Volume is already exclusively attached to one node and can\'t be attached to another',
      ),
    ],
    roots: [{ at: 'PersistentVolumeClaim/ledger', by: ['volume_attach_failed'] }],
    words: [nodeName('12'), 'Multi-Attach', 'busy'],
  },
  {
    name: 'a driver that does not run on the node',
    objects: [...nodes(), ...mountingCsi, bound, volume('pv-1', 'ledger', 'standard'), drivers],
    events: [
      event(
        pick(mountingCsi, 'Pod'),
        'FailedMount',
        'MountVolume.MountDevice failed for volume "pv-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name disk.csi.acme.io not found in the list of registered CSI drivers',
      ),
    ],
    roots: [{ at: 'PersistentVolumeClaim/ledger', by: ['volume_mount_failed'] }],
    words: ['disk.csi.acme.io', nodeName('11'), 'nfs.csi.acme.io'],
    action: { kinds: ['escalate'] },
  },
  {
    name: 'a volume that could not be reclaimed',
    objects: [
      ...nodes(),
      ...web('front'),
      clusterThing('PersistentVolume', 'pv-9', {
        spec: { claimRef: { namespace: 'shop', name: 'old' }, persistentVolumeReclaimPolicy: 'Delete' },
        status: { phase: 'Failed', message: 'error deleting volume: disk is still attached' },
      }),
    ],
    roots: [{ at: 'PersistentVolume/pv-9', by: ['volume_reclaim_failed'] }],
    words: ['pv-9', 'still attached'],
  },
  {
    name: 'an autoscaler that waits for an API whose backend is gone',
    objects: [
      ...nodes(),
      ...basket,
      hpa(
        'basket',
        'basket',
        'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)',
      ),
      metricsApi,
    ],
    roots: [{ at: 'APIService/v1beta1.metrics.k8s.io', by: ['api_unavailable'] }],
    words: ['MissingEndpoints', 'metrics-server', 'kube-system'],
    action: { kinds: ['escalate'] },
  },
  {
    name: 'pods with two disruption budgets on a node that is drained',
    objects: [shut, worker('12'), worker('13'), ...web('front', { replicas: 2 }), ...twoBudgets('front')],
    roots: [{ at: 'PodDisruptionBudget/front-two', by: ['pdb_blocks_eviction'] }],
    words: ['front-one', 'front-two'],
  },
  {
    name: 'pods with two disruption budgets that nobody drains',
    objects: [...nodes(), ...web('front', { replicas: 2 }), ...twoBudgets('front')],
    roots: [],
  },
  {
    name: 'a vertical autoscaler that evicts faster than pods start',
    objects: [...nodes(), ...heavy],
    events: [evictedBy(5)],
    roots: [{ at: 'Deployment/heavy', by: ['vpa_evictions'] }],
    words: ['5 times', 'EvictedByVPA'],
    action: { kinds: ['custom_instruction:patch_vpa'] },
  },
  {
    name: 'a cron job that has run well',
    objects: [...nodes(), cron('nightly', { schedule: '0 3 * * *' })],
    roots: [],
  },
]
