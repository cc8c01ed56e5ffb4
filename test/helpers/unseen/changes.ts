import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { CronJob, Deployment, Job } from '#src/domain/kubernetes/workloads.ts'
import {
  ago,
  container,
  crashLoop,
  deployment,
  ended,
  event,
  pod,
  replicaSet,
  status,
  waiting,
  workload,
} from '#test/helpers/build-cluster.ts'
import type { UnseenIncident } from './incident.ts'

const right = (more: Partial<UnseenIncident['right']>): UnseenIncident['right'] => ({ outcome: 'issue', ...more })

/** A rollout whose new pods fail while those of the earlier revision serve. */
function onlyNewPods(): UnseenIncident {
  const objects = deployment('billing', [container('api', { image: 'registry.test/billing:2' })], {
    replicas: 2,
    pods: 1,
    revision: 2,
    statuses: [crashLoop('api')],
  })
  const owner = objects.find((each) => each.kind === 'Deployment') as Deployment
  const before = [container('api', { image: 'registry.test/billing:1' })]
  const previous = replicaSet(owner, 1, before, { ready: 2 })
  const older = ['a', 'b'].map((name) =>
    pod(`billing-old-${name}`, before, { owner: previous, meta: { labels: { app: 'billing' } } }),
  )
  return {
    name: 'only the new pods of a rollout crash',
    objects: [...objects, previous, ...older],
    logs: {
      'billing-0/api': [
        'panic: runtime error: invalid memory address or nil pointer dereference',
        'goroutine 1 [running]:',
        'main.(*Ledger).Open(0x0)',
        '\t/src/ledger.go:88 +0x1d',
      ],
    },
    right: right({ roots: ['Deployment/billing'], words: ['nil pointer dereference'], action: ['rollback'] }),
  }
}

/** A pod of an earlier revision that failed and lies around beside a healthy new one. */
function stale(): UnseenIncident {
  const objects = deployment('billing', [container('api')], { replicas: 1, revision: 2 })
  const owner = objects.find((each) => each.kind === 'Deployment') as Deployment
  const previous = replicaSet(owner, 1, [container('api')], { ready: 0 })
  const old = pod('billing-old-a', [container('api')], {
    owner: previous,
    meta: { labels: { app: 'billing' } },
    status: {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory. ',
      startTime: ago(90_000),
    },
    statuses: [],
  })
  return {
    name: 'a stale pod of an old replica set',
    objects: [...objects, previous, old],
    right: { outcome: 'healthy' },
  }
}

function jobOf(
  name: string,
  failed: { reason: string; message: string },
  told: { exit?: [number, string]; log?: string[]; memory?: string; wait?: string; deadline?: number },
  verdict: UnseenIncident['right'],
): UnseenIncident {
  const spec = container('run', {
    image: 'registry.test/report:9',
    ...(told.memory ? { resources: { limits: { memory: told.memory } } } : {}),
  })
  const [code, reason] = told.exit ?? [1, 'Error']
  const statuses = [
    told.wait
      ? waiting('run', 'ImagePullBackOff', told.wait)
      : status('run', { ready: false, state: ended(code, reason) }),
  ]
  const objects = workload('Job', 'report', [spec], {
    statuses,
    spec: { restartPolicy: 'Never' },
    podStatus: { phase: told.wait ? 'Pending' : 'Failed' },
  })
  const job = objects.at(-1) as Job
  job.spec = { ...job.spec, backoffLimit: 3, ...(told.deadline ? { activeDeadlineSeconds: told.deadline } : {}) }
  job.status = {
    failed: 4,
    startTime: ago(600),
    ...(failed.reason
      ? { conditions: [{ type: 'Failed', status: 'True', ...failed, lastTransitionTime: ago(60) }] }
      : {}),
  } as Job['status']
  return { name, objects, ...(told.log ? { logs: { 'report-0/run': told.log } } : {}), right: verdict }
}

const gaveUp = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }

function cron(): UnseenIncident {
  const template = { metadata: {}, spec: { restartPolicy: 'Never', containers: [container('run')] } }
  const parent = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'shop', uid: 'uid-nightly', creationTimestamp: ago(90_000) },
    spec: { schedule: '*/10 * * * *', jobTemplate: { spec: { template } } },
    status: { lastScheduleTime: ago(300) },
  } as unknown as CronJob
  const runs = [300, 900, 1500].flatMap((seconds, index): KubernetesObject[] => {
    const name = `nightly-${index}`
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        namespace: 'shop',
        uid: `uid-${name}`,
        creationTimestamp: ago(seconds),
        ownerReferences: [{ kind: 'CronJob', name: 'nightly', uid: 'uid-nightly', controller: true }],
      },
      spec: { backoffLimit: 0, template },
      status: {
        failed: 1,
        conditions: [{ type: 'Failed', status: 'True', ...gaveUp, lastTransitionTime: ago(seconds - 20) }],
      },
    } as unknown as Job
    return [
      job,
      pod(`${name}-x`, [container('run')], {
        owner: job,
        spec: { restartPolicy: 'Never' },
        meta: { creationTimestamp: ago(seconds) },
        statuses: [status('run', { ready: false, state: ended(1, 'Error', seconds - 20) })],
        status: { phase: 'Failed' },
      }),
    ]
  })
  const log = [
    'Traceback (most recent call last):',
    '  File "/app/nightly.py", line 12, in <module>',
    '    bucket = os.environ["EXPORT_BUCKET"]',
    "KeyError: 'EXPORT_BUCKET'",
  ]
  return {
    name: 'each run of a cron job fails',
    objects: [parent, ...runs],
    logs: { 'nightly-0-x/run': log },
    right: right({
      roots: ['CronJob/nightly'],
      mechanism: ['missing_env'],
      words: ['EXPORT_BUCKET'],
      action: ['set_env', 'escalate'],
    }),
  }
}

function evicted(name: string, message: string, verdict: Partial<UnseenIncident['right']>, spec = {}): UnseenIncident {
  const objects = deployment('billing', [container('api')], {
    replicas: 1,
    spec,
    podMeta: { creationTimestamp: ago(20) },
    podStatus: { phase: 'Pending' },
    statuses: [waiting('api', 'ContainerCreating')],
  })
  const set = objects.find((each) => each.kind === 'ReplicaSet') as KubernetesObject
  const gone = ['a', 'b'].map((each) =>
    pod(`billing-gone-${each}`, [container('api')], {
      owner: set,
      spec,
      statuses: [],
      meta: { labels: { app: 'billing' } },
      status: { phase: 'Failed', reason: 'Evicted', message, startTime: ago(120) },
    }),
  )
  const events = gone.map((each: Pod) => event(each, 'Evicted', message, { last_seen: ago(40) }))
  return { name, objects: [...objects, ...gone], events, right: right({ roots: ['Deployment/billing'], ...verdict }) }
}

/** What changes break, what jobs suffer, and what nodes throw out. */
export const changeIncidents: UnseenIncident[] = [
  onlyNewPods(),
  stale(),
  jobOf(
    'job killed for memory',
    gaveUp,
    { exit: [137, 'OOMKilled'], memory: '64Mi' },
    right({
      roots: ['Job/report'],
      mechanism: ['oom_killed'],
      words: ['OOMKilled', '64Mi'],
      action: ['patch_resources', 'escalate', 'custom_instruction'],
    }),
  ),
  jobOf(
    'job past its deadline',
    { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
    { exit: [143, 'Error'], deadline: 300 },
    right({
      roots: ['Job/report'],
      mechanism: ['job_deadline_exceeded'],
      words: ['DeadlineExceeded', '300'],
      action: ['custom_instruction', 'escalate'],
    }),
  ),
  jobOf(
    'job with an image that is not there',
    { reason: '', message: '' },
    { wait: 'Back-off pulling image "registry.test/report:9": ErrImagePull: registry.test/report:9: not found' },
    right({
      roots: ['Job/report'],
      mechanism: ['image_not_found'],
      words: ['registry.test/report:9', 'not found'],
      action: ['set_image', 'custom_instruction', 'escalate'],
    }),
  ),
  jobOf(
    'job with bad input',
    gaveUp,
    { log: ['ERROR input file /in/orders.csv: row 1207: invalid date "2026-13-01"'] },
    right({ roots: ['Job/report'], words: ['BackoffLimitExceeded'], action: ['escalate', 'custom_instruction'] }),
  ),
  cron(),
  evicted(
    'empty directory passes its limit',
    'Usage of EmptyDir volume "cache" exceeds the limit "64Mi". ',
    {
      mechanism: ['evicted_ephemeral_storage'],
      words: ['cache', '64Mi', 'evicted', 'sizeLimit'],
      action: ['custom_instruction', 'escalate'],
    },
    { volumes: [{ name: 'cache', emptyDir: { sizeLimit: '64Mi' } }] },
  ),
  evicted(
    'node low on memory',
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 71Mi. Container api was using 1200Mi, request is 100Mi, has larger consumption of memory. ',
    {
      mechanism: ['evicted_node_pressure'],
      words: ['evicted', 'memory', '100Mi', 'node'],
      action: ['patch_resources', 'escalate'],
    },
  ),
  evicted('pod refused by a node under pressure', 'Pod was rejected: The node had condition: [DiskPressure]. ', {
    mechanism: ['evicted_node_pressure', 'node_pressure'],
    words: ['DiskPressure'],
    action: ['escalate'],
  }),
]
