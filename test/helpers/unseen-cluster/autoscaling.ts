import type { HorizontalPodAutoscaler, PodDisruptionBudget } from '#src/domain/kubernetes/workloads.ts'
import { event } from '#test/helpers/build-cluster.ts'
import { condition, nodeName, nodes, thing, web, worker } from './parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const able = condition(
  'AbleToScale',
  'True',
  'SucceededGetScale',
  "the HPA controller was able to get the target's current scale",
)

function hpa(name: string, target: string, max: number, status: HorizontalPodAutoscaler['status'], more: object = {}) {
  return thing<HorizontalPodAutoscaler>('HorizontalPodAutoscaler', name, {
    apiVersion: 'autoscaling/v2',
    spec: {
      minReplicas: 2,
      maxReplicas: max,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
      ...more,
    },
    status: { currentReplicas: 2, desiredReplicas: 2, ...status },
  })
}

const lost = hpa('basket', 'basket-api', 6, {
  conditions: [
    condition(
      'AbleToScale',
      'False',
      'FailedGetScale',
      'the HPA controller was unable to get the target\'s current scale: deployments.apps "basket-api" not found',
    ),
  ],
})

const custom = hpa('consumer', 'consumer', 10, {
  conditions: [
    able,
    condition(
      'ScalingActive',
      'False',
      'FailedGetPodsMetric',
      'the HPA was unable to compute the replica count: unable to get metric queue_depth: unable to fetch metrics from custom metrics API: the server could not find the metric queue_depth for pods',
    ),
  ],
})

const unadapted = hpa('consumer', 'consumer', 10, {
  conditions: [
    able,
    condition(
      'ScalingActive',
      'False',
      'FailedGetPodsMetric',
      'the HPA was unable to compute the replica count: unable to get metric queue_depth: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    ),
  ],
})

const requestless = hpa('thumbs', 'thumbs', 10, {
  conditions: [
    able,
    condition(
      'ScalingActive',
      'False',
      'FailedGetResourceMetric',
      'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container thumbs of Pod thumbs-6d4cf56db6-x7k2p',
    ),
  ],
})

const full = hpa('search', 'search', 2, {
  conditions: [
    able,
    condition('ScalingActive', 'True', 'ValidMetricFound'),
    condition(
      'ScalingLimited',
      'True',
      'TooManyReplicas',
      'the desired replica count is more than the maximum replica count',
    ),
  ],
  currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 188 } } }],
} as HorizontalPodAutoscaler['status'])

const calm = hpa('search', 'search', 5, {
  conditions: [
    able,
    condition('ScalingActive', 'True', 'ValidMetricFound'),
    condition(
      'ScalingLimited',
      'True',
      'TooFewReplicas',
      'the desired replica count is less than the minimum replica count',
    ),
  ],
})

const budget = (name: string, spec: PodDisruptionBudget['spec'], status: PodDisruptionBudget['status']) =>
  thing<PodDisruptionBudget>('PodDisruptionBudget', name, {
    apiVersion: 'policy/v1',
    spec: { selector: { matchLabels: { app: name } }, ...spec },
    status,
  })

const shut = worker('11', {
  spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
})

/** Autoscalers and disruption budgets. */
export const autoscalingCases: UnseenCase[] = [
  {
    name: 'an autoscaler whose target does not exist',
    objects: [...nodes(), ...web('basket', { replicas: 2 }), lost],
    events: [event(lost, 'FailedGetScale', 'deployments.apps "basket-api" not found')],
    roots: [{ at: 'HorizontalPodAutoscaler/basket', by: ['hpa_target_missing'] }],
    words: ['basket-api', 'not found'],
    action: { kinds: ['custom_instruction:patch_hpa_target', 'escalate'] },
  },
  {
    name: 'an autoscaler without its custom metric',
    objects: [...nodes(), ...web('consumer', { replicas: 2 }), custom],
    roots: [{ at: 'HorizontalPodAutoscaler/consumer', by: ['hpa_metrics_unavailable'] }],
    words: ['queue_depth', 'metrics', 'custom.metrics.k8s.io'],
    action: { kinds: ['escalate'] },
  },
  {
    name: 'an autoscaler on a custom metric where no adapter is installed',
    objects: [...nodes(), ...web('consumer', { replicas: 2 }), unadapted],
    roots: [{ at: 'HorizontalPodAutoscaler/consumer', by: ['hpa_metrics_unavailable'] }],
    words: ['queue_depth', 'metrics', 'custom.metrics.k8s.io'],
    action: { kinds: ['custom_instruction:install_addon', 'escalate'] },
  },
  {
    name: 'an autoscaler whose containers request no cpu',
    objects: [
      ...nodes(),
      ...web('thumbs', { replicas: 2, container: { resources: { requests: { memory: '64Mi' } } } }),
      requestless,
    ],
    roots: [{ at: 'HorizontalPodAutoscaler/thumbs', by: ['hpa_metrics_unavailable'] }],
    words: ['request', 'cpu', 'thumbs'],
    action: { kinds: ['custom_instruction:patch_resources', 'patch_resources'] },
  },
  {
    name: 'an autoscaler at its maximum',
    objects: [...nodes(), ...web('search', { replicas: 2 }), full],
    roots: [{ at: 'HorizontalPodAutoscaler/search', by: ['hpa_at_maximum'] }],
    words: ['maxReplicas', '2', 'search'],
    action: { kinds: ['patch_hpa', 'escalate'] },
  },
  {
    name: 'an autoscaler at its minimum with nothing to do',
    objects: [...nodes(), ...web('search', { replicas: 2 }), calm],
    roots: [],
  },
  {
    name: 'a budget that blocks the drain of a cordoned node',
    objects: [
      shut,
      worker('12'),
      worker('13'),
      ...web('license', { replicas: 1 }),
      budget(
        'license',
        { minAvailable: 1 },
        { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
      ),
    ],
    roots: [{ at: 'PodDisruptionBudget/license', by: ['pdb_blocks_eviction'] }],
    words: ['minAvailable', nodeName('11'), 'license', 'cordoned'],
    action: { kinds: ['scale', 'custom_instruction:patch_pdb', 'escalate'] },
  },
  {
    name: 'a budget that allows nothing while nobody drains',
    objects: [
      ...nodes(),
      ...web('license', { replicas: 1 }),
      budget(
        'license',
        { minAvailable: 1 },
        { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
      ),
    ],
    roots: [],
  },
]
