import { describe, expect, it } from 'vitest'
import { cronJobs } from '#src/rules/jobs/cron-jobs.ts'
import type { CronJob } from '#src/domain/kubernetes/workloads.ts'
import { ago, clusterView, container, event, namespace } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const cron = (spec: Partial<CronJob['spec']> = {}, status: CronJob['status'] = {}): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly', namespace, uid: 'cron' },
  spec: {
    schedule: '*/5 * * * *',
    jobTemplate: { spec: { template: { spec: { containers: [container('run')] } } } },
    ...spec,
  },
  status,
})

describe('src/rules/jobs/cron-jobs', () => {
  it('tells a suspension and how to end it', () => {
    const [found] = cronJobs.find(clusterView([cron({ suspend: true })]))
    expect(found).toMatchObject({
      mechanism: 'cronjob_suspended',
      remedies: [{ kind: 'unsuspend_cronjob' }, { kind: 'escalate' }],
    })
    expect(missingFacts(found?.statement, 'CronJob nightly')).toEqual([])
    expect(found?.statement).toContain('suspend')
  })

  it.each([
    ['now', 60, ['cronjob_blocked']],
    ['yesterday', 90_000, []],
  ])('tells a run that blocked the next one %s', (_, age, expected) => {
    const blocked = cron({ concurrencyPolicy: 'Forbid' }, { active: [{ name: 'nightly-1' }] })
    const events = [
      event(blocked, 'JobAlreadyActive', 'Not starting job because prior execution is running', {
        type: 'Normal',
        last_seen: ago(age),
      }),
    ]
    const found = cronJobs.find(clusterView([blocked], { events }))
    expect(found.map(({ mechanism }) => mechanism)).toEqual(expected)
    expect(found.filter(({ statement }) => !statement.includes('nightly-1'))).toEqual([])
  })

  it('tells a schedule that cannot be read and starts that were missed', () => {
    const bad = cron({ schedule: '61 * * * *' })
    const told = (reason: string) =>
      cronJobs.find(clusterView([bad], { events: [event(bad, reason, 'why')] })).map(({ mechanism }) => mechanism)
    expect(told('UnparseableCronJobSchedule')).toEqual(['cronjob_schedule_invalid'])
    expect(told('MissSchedule')).toEqual(['cronjob_missed'])
  })

  it('is silent about a cron job that runs', () => {
    expect(cronJobs.find(clusterView([cron({}, { active: [{ name: 'nightly-1' }] })]))).toEqual([])
  })

  const scheduled = (schedule: string, last: string, more: Partial<CronJob['spec']> = {}, active = false) =>
    cron({ schedule, ...more }, { lastScheduleTime: last, ...(active ? { active: [{ name: 'nightly-1' }] } : {}) })
  it.each<[string, CronJob, string[]]>([
    ['passed twice', scheduled('*/5 * * * *', '2026-03-04T11:45:00Z'), ['cronjob_missed']],
    ['passed for days', scheduled('30 2 * * 1-5', '2026-03-02T02:30:00Z'), ['cronjob_missed']],
    ['passed by its macro', scheduled('@hourly', '2026-03-04T09:00:00Z'), ['cronjob_missed']],
    ['has not passed', scheduled('30 2 * * 1-5', '2026-03-04T02:30:00Z'), []],
    ['rests over a weekend', scheduled('0 3 * * sat,sun', '2026-03-01T03:00:00Z'), []],
    ['passed a moment ago', scheduled('*/5 * * * *', '2026-03-04T11:55:00Z'), []],
    ['passed once', scheduled('*/5 * * * *', '2026-03-04T11:50:00Z'), []],
    ['waits for a run', scheduled('*/5 * * * *', '2026-03-04T11:00:00Z', {}, true), []],
    ['is of another time zone', scheduled('0 3 * * *', '2026-03-01T03:00:00Z', { timeZone: 'Asia/Tokyo' }), []],
    [
      'passed in its time zone',
      scheduled('0 3 * * *', '2026-03-01T18:00:00Z', { timeZone: 'Asia/Tokyo' }),
      ['cronjob_missed'],
    ],
    [
      'passed in the zone of its prefix',
      scheduled('CRON_TZ=Asia/Tokyo 0 3 * * *', '2026-03-01T18:00:00Z'),
      ['cronjob_missed'],
    ],
    [
      'has not passed in its time zone',
      scheduled('0 22 * * *', '2026-03-03T13:00:00Z', { timeZone: 'Asia/Tokyo' }),
      [],
    ],
    [
      'names a zone that does not exist',
      scheduled('0 3 * * *', '2026-03-01T03:00:00Z', { timeZone: 'Europe/Berln' }),
      ['cronjob_time_zone_unknown'],
    ],
    [
      'names such a zone before it',
      scheduled('TZ=Mars/Olympus 0 3 * * *', '2026-03-01T03:00:00Z'),
      ['cronjob_time_zone_unknown'],
    ],
    ['was changed since, or is reckoned elsewhere', scheduled('0 3 * * *', '2026-03-01T08:00:00Z'), []],
    ['cannot be read', scheduled('0 3 * *', '2026-03-01T03:00:00Z'), []],
  ])('judges without any event a schedule that %s', (_, object, expected) => {
    expect(cronJobs.find(clusterView([object])).map(({ mechanism }) => mechanism)).toEqual(expected)
  })

  it('says how often a silent schedule has passed', () => {
    const [found] = cronJobs.find(clusterView([scheduled('*/5 * * * *', '2026-03-04T11:30:00Z')]))
    expect(missingFacts(found?.statement, 'CronJob nightly', '30m', '5 times')).toEqual([])
  })
})
