import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { CronJob } from '#src/domain/kubernetes/workloads.ts'
import { ago, event, status } from '#test/helpers/build-cluster.ts'
import { condition, nodes, pick, thing, web } from './parts.ts'
import { cron, endedPod, run } from './run-parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const failed = (reason: string, message: string) => ({
  failed: 3,
  startTime: ago(900),
  conditions: [condition('Failed', 'True', reason, message)],
})

function refused(name: string, message: string): { objects: KubernetesObject[]; events: UnseenCase['events'] } {
  const objects = run(name, { status: { active: 0, startTime: ago(880) } })
  return { objects, events: [event(pick(objects, 'Job'), 'FailedCreate', `Error creating: ${message}`, { count: 9 })] }
}

const byQuota = refused(
  'invoice-run',
  'pods "invoice-run-8x2kq" is forbidden: exceeded quota: batch, requested: requests.cpu=2, used: requests.cpu=7, limited: requests.cpu=8',
)
const byAccount = refused(
  'etl-import',
  'pods "etl-import-" is forbidden: error looking up service account shop/etl-runner: serviceaccount "etl-runner" not found',
)
for (const job of byAccount.objects) {
  const template = (job as { spec?: { template?: { spec: { serviceAccountName?: string } } } }).spec?.template
  if (template) template.spec.serviceAccountName = 'etl-runner'
}

function stuckRun(): UnseenCase {
  const parent = cron(
    'feed-sync',
    { concurrencyPolicy: 'Forbid' },
    { lastScheduleTime: ago(7200), active: [{ name: 'feed-sync-29381', uid: 'u' }] },
  )
  const objects = run('feed-sync-29381', {
    owner: parent,
    age: 7200,
    status: { active: 1, startTime: ago(7200) },
    pods: [
      {
        statuses: [status('run', { state: { running: { startedAt: ago(7190) } } })],
        meta: { creationTimestamp: ago(7200) },
      },
    ],
  })
  return {
    name: 'a cron job with Forbid behind a run that never ends',
    objects: [...nodes(), parent, ...objects],
    events: [
      event(
        parent,
        'JobAlreadyActive',
        'Not starting job because prior execution is running and concurrency policy is Forbid',
        { type: 'Normal', count: 23 },
      ),
    ],
    logs: { [`${pick(objects, 'Pod').metadata.name}/run`]: 'connecting to partner feed\nwaiting for lock feed.lock' },
    roots: [{ at: 'CronJob/feed-sync', by: ['cronjob_blocked'] }],
    words: ['Forbid', 'feed-sync-29381', 'active'],
    action: { kinds: ['custom_instruction:delete_job', 'escalate'] },
  }
}

function zone(): UnseenCase {
  const parent = cron('nightly', { timeZone: 'Europe/Londn', schedule: '0 2 * * *' })
  return {
    name: 'a cron job in a time zone that does not exist',
    objects: [...nodes(), parent],
    events: [
      event(parent, 'UnknownTimeZone', 'invalid timeZone: "Europe/Londn": unknown time zone Europe/Londn', {
        count: 40,
      }),
    ],
    roots: [{ at: 'CronJob/nightly', by: ['cronjob_time_zone_unknown'] }],
    words: ['Europe/Londn', 'time zone', 'Europe/London'],
    action: { kinds: ['custom_instruction:patch_schedule', 'escalate'] },
  }
}

function schedule(): UnseenCase {
  const parent = cron('weekly', { schedule: 'TZ=UTC 61 * * * *' })
  return {
    name: 'a cron job whose schedule cannot be read',
    objects: [...nodes(), parent],
    events: [
      event(
        parent,
        'UnparseableSchedule',
        'unparseable schedule: "TZ=UTC 61 * * * *" : end of range (61) above maximum (59): 61',
        { count: 4 },
      ),
    ],
    roots: [{ at: 'CronJob/weekly', by: ['cronjob_schedule_invalid'] }],
    words: ['61', 'schedule'],
  }
}

function allFailed(): UnseenCase {
  const parent = cron(
    'rates',
    { schedule: '*/10 * * * *' },
    { lastScheduleTime: ago(500), lastSuccessfulTime: ago(90_000) },
  )
  const runs = [1700, 1100, 500].flatMap((age, index) =>
    run(`rates-2938${index}`, {
      owner: parent,
      age,
      status: failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
      pods: [{ ...endedPod('run', 1, age - 100), meta: { creationTimestamp: ago(age) } }],
    }),
  )
  const newest = runs.findLast((each) => each.kind === 'Pod') as KubernetesObject
  return {
    name: 'a cron job whose last runs all failed',
    objects: [...nodes(), parent, ...runs],
    logs: {
      [`${newest.metadata.name}/run`]:
        '2026-03-04T11:50:00Z INFO fetching rates\n2026-03-04T11:50:02Z ERROR required environment variable RATES_API_KEY is not set',
    },
    roots: [{ at: 'CronJob/rates', by: ['missing_env'] }],
    words: ['RATES_API_KEY'],
    action: { kinds: ['set_env', 'escalate'] },
  }
}

function missed(): UnseenCase {
  const parent = cron(
    'billing-close',
    { schedule: '*/5 * * * *', startingDeadlineSeconds: 10 },
    { lastScheduleTime: ago(4000) },
  )
  return {
    name: 'a cron job that misses its starts',
    objects: [...nodes(), parent],
    events: [
      event(parent, 'MissSchedule', 'Missed scheduled time to start a job: Wed, 04 Mar 2026 11:55:00 +0000', {
        count: 8,
      }),
    ],
    roots: [{ at: 'CronJob/billing-close', by: ['cronjob_missed'] }],
    words: ['startingDeadlineSeconds', '10', 'missed'],
    action: { kinds: ['escalate', 'custom_instruction:patch_schedule'] },
  }
}

/** Jobs and cron jobs that fail or do not start, and some that rest. */
export const jobCases: UnseenCase[] = [
  {
    name: 'a job whose pods a quota refuses',
    objects: [
      ...nodes(),
      ...byQuota.objects,
      thing('ResourceQuota', 'batch', {
        spec: { hard: { 'requests.cpu': '8' } },
        status: { hard: { 'requests.cpu': '8' }, used: { 'requests.cpu': '7' } },
      }),
    ],
    events: byQuota.events,
    roots: [{ at: 'Job/invoice-run', by: ['quota_exceeded'] }],
    words: ['quota', 'batch', 'requests.cpu'],
    action: { kinds: ['custom_instruction:patch_quota', 'patch_resources', 'escalate'] },
  },
  {
    name: 'a job whose service account does not exist',
    objects: [...nodes(), ...byAccount.objects],
    events: byAccount.events,
    roots: [{ at: 'Job/etl-import', by: ['missing_service_account'] }],
    words: ['etl-runner', 'not found'],
    action: {
      kinds: ['custom_instruction:create_serviceaccount', 'custom_instruction:create_service_account', 'escalate'],
    },
  },
  {
    name: 'a job past its deadline',
    objects: [
      ...nodes(),
      ...run('reindex', {
        spec: { activeDeadlineSeconds: 120 },
        status: failed('DeadlineExceeded', 'Job was active longer than specified deadline'),
      }),
    ],
    roots: [{ at: 'Job/reindex', by: ['job_deadline_exceeded'] }],
    words: ['DeadlineExceeded', 'activeDeadlineSeconds', '120'],
    action: { kinds: ['custom_instruction:patch_job', 'escalate'] },
  },
  {
    name: 'a job that is suspended',
    objects: [
      ...nodes(),
      ...run('backfill', {
        spec: { suspend: true },
        status: { conditions: [condition('Suspended', 'True', 'JobSuspended', 'Job suspended')] },
      }),
    ],
    roots: [{ at: 'Job/backfill', by: ['job_suspended'] }],
    words: ['suspended', 'backfill'],
    action: { kinds: ['custom_instruction:resume_job', 'escalate'] },
  },
  stuckRun(),
  zone(),
  schedule(),
  allFailed(),
  missed(),
  {
    name: 'completed jobs beside a service that is well',
    objects: [
      ...nodes(),
      ...web('shop-front'),
      ...run('migrate', {
        status: { succeeded: 1, completionTime: ago(500), conditions: [condition('Complete', 'True')] },
        pods: [endedPod('run', 0)],
      }),
    ],
    roots: [],
  },
  {
    name: 'a job that completed after a failed try',
    objects: [
      ...nodes(),
      ...web('shop-front'),
      ...run('seed', {
        status: { succeeded: 1, failed: 1, conditions: [condition('Complete', 'True')] },
        pods: [endedPod('run', 1, 700), endedPod('run', 0, 300)],
      }),
    ],
    logs: {
      'seed-x7k2p/run': '11:48:20 ERROR database is starting up',
      'seed-b9q4d/run': '11:55:00 INFO 1200 rows written',
    },
    roots: [],
  },
  {
    name: 'a cron job that failed once and has run well since',
    logs: {
      'digest-1-x7k2p/run': '11:46:40 ERROR upstream answered 502',
      'digest-2-x7k2p/run': '11:57:30 INFO digest sent',
    },
    objects: (() => {
      const parent: CronJob = cron('digest', {}, { lastScheduleTime: ago(200), lastSuccessfulTime: ago(150) })
      return [
        ...nodes(),
        parent,
        ...run('digest-1', {
          owner: parent,
          age: 900,
          status: failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
          pods: [endedPod('run', 1, 800)],
        }),
        ...run('digest-2', {
          owner: parent,
          age: 200,
          status: { succeeded: 1, conditions: [condition('Complete', 'True')] },
          pods: [{ ...endedPod('run', 0, 150), meta: { creationTimestamp: ago(200) } }],
        }),
      ]
    })(),
    roots: [],
  },
  {
    name: 'a cron job suspended with a note that says why',
    objects: [
      ...nodes(),
      ...web('shop-front'),
      cron('cleanup', { suspend: true }, {}, { 'acme.io/note': 'suspended on purpose during the archive migration' }),
    ],
    roots: [],
  },
]
