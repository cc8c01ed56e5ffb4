import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { HorizontalPodAutoscaler } from '#src/domain/kubernetes/workloads.ts'
import { ago, ended, event, status, waiting } from '#test/helpers/build-cluster.ts'
import { condition, nodes, pending, pick, thing, unscheduled, web } from './parts.ts'
import { cron, endedPod, run } from './run-parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const batch = web('report-batch', { service: false, pods: [{ statuses: [status('report-batch')] }] })
const batchPod = pick(batch, 'Pod')
const flaps = event(batchPod, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', {
  count: 212,
  first_seen: ago(800),
  last_seen: ago(20),
  on: 'report-batch',
})

const blind = thing<HorizontalPodAutoscaler>('HorizontalPodAutoscaler', 'storefront', {
  spec: { maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'storefront' } },
  status: {
    conditions: [
      condition(
        'ScalingActive',
        'False',
        'FailedGetResourceMetric',
        'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
      ),
    ],
  },
})

const message =
  "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector."
const lost = web('ranker', { spec: { nodeSelector: { pool: 'highmem' } }, pods: [pending(message)] })

const noisyStart = (name: string): { objects: KubernetesObject[]; events: UnseenCase['events'] } => {
  const objects = web(name, { replicas: 2 })
  const first = pick(objects, 'Pod') as Pod
  return {
    objects,
    events: [
      event(
        first,
        'Unhealthy',
        'Readiness probe failed: Get "http://10.1.1.4:8080/healthz": dial tcp 10.1.1.4:8080: connect: connection refused',
        { count: 2, first_seen: ago(895), last_seen: ago(890), on: name },
      ),
      event(first, 'FailedScheduling', '0/3 nodes are available: 3 Insufficient cpu.', {
        modern: true,
        first_seen: ago(899),
        last_seen: ago(899),
      }),
      event(pick(objects, 'Deployment'), 'ScalingReplicaSet', 'Scaled up replica set', { type: 'Normal' }),
    ],
  }
}
const noisy = noisyStart('storefront')

const crash = web('mailer', {
  pods: [
    {
      statuses: [
        status('mailer', {
          ready: false,
          restartCount: 7,
          state: waiting('mailer', 'CrashLoopBackOff').state,
          lastState: ended(1),
        }),
      ],
    },
  ],
})
const crashPod = pick(crash, 'Pod').metadata.name
const crashLog =
  '2026-03-04T11:58:00Z INFO mailer starting\n2026-03-04T11:58:00Z ERROR missing required environment variable: SMTP_HOST'

const quietRun = run('export-1', {
  status: { succeeded: 1, conditions: [condition('Complete', 'True')] },
  pods: [endedPod('run', 0)],
})

/** Several things at once: two faults, loud harmless beside quiet real, and much noise where nothing is wrong. */
export const mixedCases: UnseenCase[] = [
  {
    name: 'two faults that have nothing to do with each other',
    objects: [...nodes(), ...crash, ...lost, ...web('storefront')],
    events: unscheduled(lost, message),
    logs: { [`${crashPod}/mailer`]: crashLog, [`${crashPod}/mailer/previous`]: crashLog },
    roots: [
      { at: 'Deployment/mailer', by: ['missing_env'] },
      { at: 'Deployment/ranker', by: ['node_selector_mismatch'] },
    ],
    words: ['SMTP_HOST', 'pool=highmem'],
  },
  {
    name: 'a loud batch pod that flaps beside a service that selects nothing',
    objects: [...nodes(), ...batch, ...web('accounts', { replicas: 2, service: { selector: { app: 'account' } } })],
    events: [flaps],
    roots: [{ at: 'Service/accounts', by: ['service_selector_mismatch'] }],
    words: ['selector', 'accounts'],
    action: { kinds: ['patch_service'], target: 'Service/accounts' },
  },
  {
    name: 'a blind autoscaler beside a pod that cannot be scheduled',
    objects: [...nodes(), ...web('storefront'), blind, ...lost],
    events: [
      ...unscheduled(lost, message),
      event(blind, 'FailedGetResourceMetric', 'unable to fetch metrics', { count: 300 }),
    ],
    roots: [{ at: 'Deployment/ranker', by: ['node_selector_mismatch'] }],
    words: ['pool=highmem'],
    action: { kinds: ['patch_scheduling', 'custom_instruction:label_node'] },
  },
  {
    name: 'a healthy namespace with much noise',
    objects: [
      ...nodes(),
      ...noisy.objects,
      ...web('dev-sandbox', { replicas: 0, pods: [], service: false }),
      ...quietRun,
      cron(
        'yearly',
        { schedule: '0 0 1 1 *' },
        { lastScheduleTime: ago(5_000_000), lastSuccessfulTime: ago(5_000_000) },
      ),
    ],
    events: [
      ...(noisy.events ?? []),
      event(thing('Pod', 'storefront-5c9f7b-gone1'), 'BackOff', 'Back-off restarting failed container', {
        count: 40,
        last_seen: ago(700),
      }),
    ],
    roots: [],
  },
]
