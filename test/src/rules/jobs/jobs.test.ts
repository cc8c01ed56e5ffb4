import { describe, expect, it } from 'vitest'
import { jobs } from '#src/rules/jobs/jobs.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { CronJob, Job } from '#src/domain/kubernetes/workloads.ts'
import { ago, clusterView, container, ended, namespace, status, workload } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

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
const judge = (objects: KubernetesObject[]) => jobs.find(clusterView(objects))

describe('src/rules/jobs/jobs', () => {
  it('names the reason, the limit and the exit code, and runs it again only once the cause is fixed', () => {
    const [found] = judge(settle({ backoffLimit: 2 }, failed('BackoffLimitExceeded')))
    expect(found).toMatchObject({ mechanism: 'job_failed', resource: { kind: 'Job', name: 'settle' } })
    expect(
      missingFacts(found?.statement, 'BackoffLimitExceeded', '3 failed', 'backoffLimit 2', 'container run', '65'),
    ).toEqual([])
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

  const nightly = { kind: 'CronJob', name: 'nightly', uid: 'cron', controller: true }
  const cron: CronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace, uid: 'cron' },
    spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: { spec: { containers: [container('run')] } } } } },
    status: { lastSuccessfulTime: '2026-03-03T01:00:20Z' },
  }
  /** A run that began so many minutes ago and took so many, or goes on. */
  const run = (began: number, end: 'Complete' | 'Failed' | 'open', took = 2): Job => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `nightly-${began}`,
      namespace,
      uid: `run-${began}`,
      creationTimestamp: ago(began * 60),
      ownerReferences: [nightly],
    },
    spec: { template: { spec: { containers: [container('run')] } } },
    status: {
      startTime: ago(began * 60),
      ...(end === 'open'
        ? { active: 1 }
        : { conditions: [{ type: end, status: 'True', reason: 'BackoffLimitExceeded' }] }),
      ...(end === 'Complete' ? { completionTime: ago((began - took) * 60) } : {}),
    },
  })
  it.each<[string, Job[], string[]]>([
    ['the last runs failed', [run(60, 'Failed'), run(120, 'Failed'), run(180, 'Complete')], ['job_failed nightly-60']],
    [
      'they failed and another is under way',
      [run(1, 'open'), run(60, 'Failed'), run(120, 'Failed')],
      ['job_failed nightly-60'],
    ],
    ['one failed and the next is under way', [run(1, 'open'), run(60, 'Failed'), run(120, 'Complete')], []],
    ['the newest run is good', [run(60, 'Complete'), run(120, 'Failed'), run(180, 'Failed')], []],
    ['a run goes on as long as usual', [run(5, 'open'), run(60, 'Complete', 4), run(120, 'Complete', 3)], []],
    [
      'a run goes on for far longer',
      [run(50, 'open'), run(120, 'Complete', 4), run(180, 'Complete', 3)],
      ['job_overrunning nightly-50'],
    ],
    ['a run is long, with nothing to hold it against', [run(50, 'open'), run(120, 'Complete', 4)], []],
    ['runs always take long', [run(50, 'open'), run(120, 'Complete', 40), run(180, 'Complete', 30)], []],
  ])('judges the runs of a cron job together: %s', (_, runs, expected) => {
    const found = judge([...runs, cron])
    expect(found.map(({ mechanism, statement }) => `${mechanism} ${/nightly-\d+/.exec(statement)?.[0]}`)).toEqual(
      expected,
    )
    for (const { resource } of found) expect(resource).toMatchObject({ kind: 'CronJob', name: 'nightly' })
  })

  it('says that it is not this run alone, and since when', () => {
    const [found] = judge([run(60, 'Failed'), run(120, 'Failed'), run(180, 'Failed'), cron])
    expect(missingFacts(found?.statement, '3 runs', 'CronJob nightly', '2026-03-03 01:00 UTC')).toEqual([])
  })

  it('says how long the run goes on and what is usual', () => {
    const [found] = judge([run(50, 'open'), run(120, 'Complete', 4), run(180, 'Complete', 3), cron])
    expect(missingFacts(found?.statement, 'nightly-50', '50m', '2', '4m')).toEqual([])
  })
})
