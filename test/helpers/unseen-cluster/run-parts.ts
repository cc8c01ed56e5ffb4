import type { Container, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { CronJob, Job } from '#src/domain/kubernetes/workloads.ts'
import { ago, container, ended, status } from '#test/helpers/build-cluster.ts'
import { condition, podOf, thing, type PodChange } from './parts.ts'

/* Jobs and cron jobs of made-up incidents. */

export interface RunOptions {
  spec?: Partial<Job['spec']>
  status?: Job['status']
  pods?: PodChange[]
  owner?: KubernetesObject
  age?: number
  container?: Partial<Container>
  annotations?: Record<string, string>
}

/** A Job with its pods. */
export function run(name: string, options: RunOptions = {}): KubernetesObject[] {
  const containers = [
    container('run', { resources: { requests: { cpu: '50m', memory: '64Mi' } }, ...options.container }),
  ]
  const labels = { 'job-name': name }
  const age = options.age ?? 900
  const job = thing<Job>('Job', name, {
    apiVersion: 'batch/v1',
    metadata: {
      annotations: options.annotations,
      creationTimestamp: ago(age),
      ...(options.owner
        ? {
            ownerReferences: [
              { kind: 'CronJob', name: options.owner.metadata.name, uid: options.owner.metadata.uid, controller: true },
            ],
          }
        : {}),
    },
    spec: {
      backoffLimit: 2,
      parallelism: 1,
      completions: 1,
      template: { metadata: { labels }, spec: { containers, restartPolicy: 'Never' } },
      ...options.spec,
    },
    status: options.status ?? {},
  })
  const made = (options.pods ?? []).map((change, index) => podOf(job, index, { labels, containers, age }, change))
  return [job, ...made]
}

/** What differs in a pod whose only container ended. */
export function endedPod(name: string, exitCode: number, seconds = 300): PodChange {
  return {
    statuses: [status(name, { ready: false, state: ended(exitCode, exitCode === 0 ? 'Completed' : 'Error', seconds) })],
    status: {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      conditions: [condition('Ready', 'False', 'PodFailed')],
      containerStatuses: [
        status(name, { ready: false, state: ended(exitCode, exitCode === 0 ? 'Completed' : 'Error', seconds) }),
      ],
    },
  }
}

/** A CronJob. */
export function cron(
  name: string,
  spec: Partial<CronJob['spec']> = {},
  status_: CronJob['status'] = {},
  annotations?: Record<string, string>,
): CronJob {
  return thing<CronJob>(
    'CronJob',
    name,
    {
      apiVersion: 'batch/v1',
      metadata: { annotations },
      spec: {
        schedule: '*/5 * * * *',
        concurrencyPolicy: 'Allow',
        jobTemplate: {
          spec: {
            template: {
              metadata: { labels: { cron: name } },
              spec: { containers: [container('run')], restartPolicy: 'Never' },
            },
          },
        },
        ...spec,
      },
      status: status_,
    },
    86_400,
  )
}
