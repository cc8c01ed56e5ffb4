import { describe, expect, it } from 'vitest'
import { jobs } from '../../../../src/analyzers/kubernetes/jobs.ts'
import type { Job, KubernetesObject } from '../../../../src/domain/kubernetes/objects.ts'
import { clusterView, container, ended, status, workload } from '../../../helpers/build-cluster.ts'

const failed = (reason: string) => ({ failed: 3, conditions: [{ type: 'Failed', status: 'True', reason }] })
const settle = (
  more: Partial<Job['spec']>,
  jobStatus?: Job['status'],
  meta: Partial<Job['metadata']> = {},
): KubernetesObject[] =>
  workload('Job', 'settle', [container('run')], {
    statuses: [status('run', { ready: false, state: ended(65) })],
    podStatus: { phase: 'Failed', containerStatuses: [status('run', { ready: false, state: ended(65) })] },
  }).map((object) =>
    object.kind === 'Job'
      ? ({
          ...object,
          metadata: { ...object.metadata, ...meta },
          spec: { ...(object as Job).spec, ...more },
          status: jobStatus,
        } as Job)
      : object,
  )
const judge = (objects: KubernetesObject[]) => jobs(clusterView(objects))

describe('src/analyzers/kubernetes/jobs', () => {
  it('names the reason, the limit and the exit code, and runs it again only once the cause is fixed', () => {
    const [found] = judge(settle({ backoffLimit: 2 }, failed('BackoffLimitExceeded')))
    expect(found).toMatchObject({ mechanism: 'job_failed', resource: { kind: 'Job', name: 'settle' } })
    expect(found?.statement).toMatch(
      /BackoffLimitExceeded after 3 failed pods \(backoffLimit 2\): container run exits with code 65/,
    )
    expect(found?.remedies.map(({ kind }) => kind)).toEqual(['escalate', 'recreate_job'])
    expect(found?.remedies[1]?.params).toEqual({ after: 'the cause is fixed' })
  })

  it('tells a deadline apart', () => {
    const [found] = judge(settle({ activeDeadlineSeconds: 30 }, failed('DeadlineExceeded')))
    expect(found).toMatchObject({ mechanism: 'job_deadline_exceeded' })
    expect(found?.statement).toContain('activeDeadlineSeconds 30')
  })

  it('is silent about a job that completed after failures, and about one that a queue holds', () => {
    expect(judge(settle({}, { failed: 2, succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] }))).toEqual(
      [],
    )
    expect(judge(settle({ suspend: true }, {}, { labels: { 'kueue.x-k8s.io/queue-name': 'batch' } }))).toEqual([])
  })

  it('notes a suspended job', () => {
    expect(judge(settle({ suspend: true }))[0]).toMatchObject({ mechanism: 'job_suspended', severity: 'low' })
  })

  it('lets the newest run of a cron job speak for all', () => {
    const cron = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'nightly', namespace: 'shop', uid: 'cron' },
      spec: { schedule: '0 1 * * *' },
    }
    const ownerReferences = [{ kind: 'CronJob', name: 'nightly', uid: 'cron', controller: true }]
    const old = settle({}, failed('BackoffLimitExceeded'), {
      ownerReferences,
      creationTimestamp: '2026-03-03T00:00:00Z',
    })
    const later = {
      ...(old.at(-1) as Job),
      metadata: {
        name: 'next',
        namespace: 'shop',
        uid: 'next',
        ownerReferences,
        creationTimestamp: '2026-03-04T00:00:00Z',
      },
      status: { succeeded: 1 },
    }
    expect(judge([cron, ...old, later])).toEqual([])
    expect(judge([cron, ...old])[0]?.resource).toMatchObject({ kind: 'CronJob', name: 'nightly' })
  })
})
