import { ago, namespace, status } from '#test/helpers/build-cluster.ts'
import { condition, nodes, thing, web } from './parts.ts'
import { cron } from './run-parts.ts'
import type { UnseenCase } from './unseen-case.ts'

/** Things at rest by intent, and some that only claim to be. */
export const restCases: UnseenCase[] = [
  {
    name: 'a workload that sleeps until it is asked for',
    objects: [
      ...nodes(),
      ...web('front'),
      ...web('ocr', { replicas: 0, pods: [] }),
      thing('HorizontalPodAutoscaler', 'keda-hpa-ocr', {
        metadata: { ownerReferences: [{ kind: 'ScaledObject', name: 'ocr', uid: 'so', controller: true }] },
        spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'ocr' } },
        status: {
          conditions: [
            condition(
              'ScalingActive',
              'False',
              'ScalingDisabled',
              'scaling is disabled since the replica count of the target is zero',
            ),
          ],
        },
      }),
    ],
    roots: [],
  },
  {
    name: 'a suspension whose end has passed',
    objects: [
      ...nodes(),
      cron('archive', { suspend: true }, {}, { 'acme.io/note': 'suspended during the migration until 2026-02-01' }),
    ],
    roots: [{ at: 'CronJob/archive', by: ['cronjob_suspended'] }],
    words: ['suspended'],
    action: { kinds: ['unsuspend_cronjob', 'escalate'] },
  },
  {
    name: 'a workload at zero with a note although a running one calls it',
    objects: [
      ...nodes(),
      ...web('api', {
        container: { env: [{ name: 'CACHE_URL', value: 'http://cache:80/' }] },
        pods: [{ statuses: [status('api', { ready: false, state: { running: { startedAt: ago(700) } } })] }],
      }),
      ...web('cache', { replicas: 0, pods: [], annotations: { note: `scaled to zero to save money in ${namespace}` } }),
    ],
    roots: [{ at: 'Deployment/cache', by: ['scaled_to_zero'] }],
    words: ['cache', '0'],
  },
]
