import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Condition, Pod, ContainerStatus } from '#src/domain/kubernetes/objects.ts'
import type { Job } from '#src/domain/kubernetes/workloads.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { intentionNote } from '#src/rules/kit/intention.ts'
import { formatDuration } from '#src/util/time.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct, recreateJob } from '#src/rules/kit/actions.ts'

const queueLabel = 'kueue.x-k8s.io/queue-name'

/** With fewer good runs nobody knows what is usual. */
const fewest = 2

const factor = 3

const slack = 10 * 60_000

/** A helper may take a moment to notice that the work is done. */
const graceMs = 120_000

/** Jobs that gave up, ran past their deadline, are suspended, or run far longer than those before them. One that completed after some failures is well. */
export const jobs = defineRule({
  name: 'jobs',
  finds: {
    job_failed: {
      title: 'a job gave up after its retries',
      category: 'job',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        container_crash: 'the Job gave up after these crashes',
      },
      detected:
        'A job, or the newest ended run of a cron job, has the condition Failed for another reason than its deadline.',
      from: ['Job `.status.conditions[type=Failed]`', 'exit codes of its pods', 'warnings of the job'],
      suggests: ['escalate', 'recreate_job'],
      limits:
        'Why its pods fail is shown by their containers and logs, where they are still there. A single failure before a run that is under way is not reported.',
    },
    job_deadline_exceeded: {
      title: 'a job ran past its deadline',
      category: 'job',
      role: 'cause',
      layer: 'container',
      explains: {
        dependency_unreachable: 'a Job that is ended at its deadline loses its connections',
        application_error: 'a Job that is ended at its deadline reports errors',
      },
      detected: 'A job, or the newest ended run of a cron job, was ended at its deadline.',
      from: ['Job `.status.conditions` (DeadlineExceeded)', 'Job `.spec.activeDeadlineSeconds`'],
      suggests: ['custom_instruction'],
      limits: 'How long a good run takes is asked for.',
    },
    job_suspended: {
      title: 'a job is suspended',
      category: 'job',
      role: 'cause',
      layer: 'container',
      detected: 'A job has spec.suspend, is not complete and waits in no queue.',
      from: ['Job `.spec.suspend`', 'the queue label of Kueue', 'a note in the annotations that the rest is meant'],
      suggests: ['custom_instruction', 'escalate'],
      limits: 'It may be meant: low severity, none with a note.',
    },
    job_sidecar_running: {
      title: 'a helper keeps a finished job from completing',
      category: 'job',
      role: 'cause',
      layer: 'workload',
      explains: {
        cronjob_blocked: 'a Job that never completes blocks the next run',
      },
      detected:
        'A container of an active job ended with exit code 0 more than two minutes ago, and another container of its pod runs on.',
      from: ['`.status.containerStatuses[].state` of the pods of a job'],
      suggests: ['custom_instruction'],
      limits: 'Two containers that both do work of their own look alike while the longer one is busy.',
    },
    job_overrunning: {
      title: 'a job runs far longer than the runs before it',
      category: 'job',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        container_crash: 'the run takes long because its container starts again',
      },
      detected:
        'An active run of a cron job has taken more than three times as long as the longest of its good runs, and ten minutes on top.',
      from: ['Job `.status.startTime` and `.status.active`', 'start and completion of the runs that are remembered'],
      suggests: ['escalate'],
      limits: 'Needs two good runs to compare with; this run may honestly have more to do.',
    },
  },
  find: (view) =>
    view.list('Job').flatMap((job) => {
      if (job.metadata.deletionTimestamp || isSuperseded(view, job)) return []
      const failed = conditionOf(job, 'Failed') ?? conditionOf(job, 'FailureTarget')
      if (failed?.status === 'True')
        return failed.reason === 'DeadlineExceeded' ? deadline(view, job, failed) : gaveUp(view, job, failed)
      return job.spec.suspend ? suspended(view, job) : [...lingeringSidecars(view, job), ...overrunning(view, job)]
    }),
})

/** One Job of a cron job and how it ended. */
interface Run {
  job: Job
  end: 'failed' | 'complete' | 'open'
}

/**
 * Of the runs of a cron job the newest one that ended says how it is now; a single failure before a run that is under way may have
 * been repaired meanwhile.
 */
function isSuperseded(view: ClusterView, job: Job): boolean {
  const runs = runsOf(view, job)
  const newest = runs.find(({ end }) => end !== 'open')
  if (runs.length === 0 || runs[0]?.job === job) return false
  return newest?.job !== job || failuresInRow(runs) < 2
}

/** How many of the newest finished runs failed without one that completed between them. */
function failuresInRow(runs: Run[]): number {
  const ended = runs.filter(({ end }) => end !== 'open')
  const good = ended.findIndex(({ end }) => end === 'complete')
  return good === -1 ? ended.length : good
}

/** That it is not this run alone: all that are remembered failed, or the last few. */
function describeRow(view: ClusterView, job: Job): string {
  const count = failuresInRow(runsOf(view, job))
  if (count < 2) return ''
  const parent = job.metadata.ownerReferences?.find((owner) => owner.kind === 'CronJob')
  const cron = view.get('CronJob', job.metadata.namespace, parent?.name ?? '')
  const good = cron?.status?.lastSuccessfulTime
  const since = cron ? `; last success: ${good ? `${good.slice(0, 16).replace('T', ' ')} UTC` : 'never'}` : ''
  return `; the last ${count} runs of CronJob ${parent?.name} all failed${since}`
}

function lastExits(pods: readonly Pod[]): { container: string; exitCode: number }[] {
  return pods.flatMap((pod) =>
    [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].flatMap((status) => {
      const ended = status.state?.terminated ?? status.lastState?.terminated
      return ended && ended.exitCode !== 0 ? [{ container: status.name, exitCode: ended.exitCode }] : []
    }),
  )
}

function rerun(view: ClusterView, resource: ResourceRef, job: Job, why: string): FindingDraft['remedies'] {
  return [
    escalate(
      view,
      resource,
      `Find and fix why Job ${job.metadata.name} fails (${why}), then run it again.`,
      'running it again with nothing changed fails again',
    ),
    recreateJob(refOf(job), { after: 'the cause is fixed' }, { reason: 'a failed job is not retried by itself' }),
  ]
}

function failure(
  view: ClusterView,
  job: Job,
  failed: Condition,
): Pick<FindingDraft, 'resource' | 'severity' | 'evidence' | 'affects' | 'since'> {
  const pods = view.podsOf(job)
  return {
    resource: view.workloadOf(job),
    severity: 'high',
    evidence: [
      objectEvidence(
        view.snapshot,
        job,
        '.status.conditions[?(@.type=="Failed")]',
        `Job ${job.metadata.name} failed: ${failed.reason} ${failed.message ?? ''}; ${job.status?.failed ?? 0} failed pods`,
      ),
      ...view
        .eventsOf(job)
        .filter((event) => event.type === 'Warning')
        .slice(0, 2)
        .map(eventEvidence),
    ],
    affects: [refOf(job), ...pods.map(refOf)],
    since: failed.lastTransitionTime,
  }
}

function gaveUp(view: ClusterView, job: Job, failed: Condition): FindingDraft[] {
  const exits = lastExits(view.podsOf(job))
  const codes = listNames(
    exits.map(({ container, exitCode }) => `container ${container} exits with code ${exitCode}`),
    2,
  )
  const count = job.status?.failed ?? view.podsOf(job).length
  const limit = job.spec.backoffLimit ?? 6
  const about = failure(view, job, failed)
  return [
    draftFinding({
      ...about,
      mechanism: 'job_failed',
      confidence: 0.95,
      confidence_reason: 'the job controller set the condition Failed',
      statement: `Job ${job.metadata.name} failed with ${failed.reason} after ${count} failed pod${count === 1 ? '' : 's'} (backoffLimit ${limit})${codes ? `: ${codes}` : ''}${describeRow(view, job)}`,
      remedies: rerun(view, about.resource, job, codes || (failed.reason ?? 'Failed')),
    }),
  ]
}

function deadline(view: ClusterView, job: Job, failed: Condition): FindingDraft[] {
  const about = failure(view, job, failed)
  const seconds = job.spec.activeDeadlineSeconds
  return [
    draftFinding({
      ...about,
      mechanism: 'job_deadline_exceeded',
      confidence: 0.9,
      confidence_reason: 'the job controller ended the job at its deadline',
      statement: `Job ${job.metadata.name} was ended with DeadlineExceeded: it ran longer than activeDeadlineSeconds ${seconds ?? '(unknown)'}${describeRow(view, job)}`,
      remedies: [
        instruct(
          about.resource,
          'patch_job',
          `Learn how long a good run of ${job.metadata.name} takes and why this one took longer (a slow dependency, more input); then raise activeDeadlineSeconds above it or speed it up, and create the job anew.`,
          {
            reason: 'the deadline and the run time do not fit each other',
            needs: [{ param: 'activeDeadlineSeconds', ask: `How long may a good run of ${job.metadata.name} take?` }],
          },
        ),
      ],
    }),
  ]
}

function suspended(view: ClusterView, job: Job): FindingDraft[] {
  // A queue suspends jobs until it is their turn.
  if (job.metadata.labels?.[queueLabel] || conditionOf(job, 'Complete')?.status === 'True') return []
  const resource = view.workloadOf(job)
  return [
    draftFinding({
      mechanism: 'job_suspended',
      resource,
      severity: intentionNote(view, job) === undefined ? 'low' : 'info',
      confidence: 0.85,
      confidence_reason: 'spec.suspend is set; it may be meant',
      statement: `Job ${job.metadata.name} is suspended (spec.suspend: true), so it runs no pods`,
      evidence: [
        objectEvidence(view.snapshot, job, '.spec.suspend', `Job ${job.metadata.name} has spec.suspend: true`),
      ],
      affects: [refOf(job)],
      remedies: [
        instruct(
          refOf(job),
          'resume_job',
          `If the suspension is not meant: kubectl patch job ${job.metadata.name} -n ${job.metadata.namespace} -p '{"spec":{"suspend":false}}'`,
          { reason: 'the job runs as soon as the suspension ends' },
        ),
        escalate(
          view,
          resource,
          `Why is Job ${job.metadata.name} suspended?`,
          'a suspension is set by hand or by a queue',
        ),
      ],
    }),
  ]
}

/** A run of a cron job that goes on far longer than any of its good runs took: it hangs, or has much more to do. */
function overrunning(view: ClusterView, job: Job): FindingDraft[] {
  const age = view.ageOf(job.status?.startTime)
  if (age === undefined || (job.status?.active ?? 0) === 0) return []
  const times = runsOf(view, job).flatMap(({ job: { status }, end }) => {
    const took = Date.parse(status?.completionTime ?? '') - Date.parse(status?.startTime ?? '')
    return end === 'complete' && took >= 0 ? [took] : []
  })
  const longest = Math.max(...times)
  if (times.length < fewest || age < factor * longest + slack) return []
  const resource = view.workloadOf(job)
  const { name } = job.metadata
  const usual = `the longest of its ${times.length} good runs took ${formatDuration(longest)}`
  return [
    draftFinding({
      mechanism: 'job_overrunning',
      resource,
      severity: 'medium',
      confidence: 0.8,
      confidence_reason: 'compared with the good runs that are remembered; it may have more to do this time',
      statement: `Job ${name} of ${resource.kind} ${resource.name} has been running for ${formatDuration(age)}, while ${usual}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          job,
          '.status.startTime',
          `Job ${name} has been active for ${formatDuration(age)}; ${usual}`,
        ),
      ],
      affects: [refOf(job), ...view.podsOf(job).map(refOf)],
      remedies: [
        escalate(
          view,
          resource,
          `What does Job ${name} wait for? Read its log; a run that hangs may be ended once its owner agrees, and activeDeadlineSeconds ends the next one by itself.`,
          'only its owner knows whether this run has more to do than usual',
        ),
      ],
      since: job.status?.startTime,
    }),
  ]
}

/** A job whose work is done while a helper of the same pod runs on: the job never completes. */
function lingeringSidecars(view: ClusterView, job: Job): FindingDraft[] {
  const lingering = view.podsOf(job).flatMap((pod) => lingersIn(view, pod))
  const [first] = lingering
  if (!first) return []
  const { pod, done, running, age } = first
  const resource = view.workloadOf(job)
  const names = listNames(running.map(({ name }) => name))
  const whose = resource.kind === 'CronJob' ? ` of CronJob ${resource.name}` : ''
  return [
    draftFinding({
      mechanism: 'job_sidecar_running',
      resource,
      severity: 'medium',
      confidence: 0.88,
      confidence_reason:
        'one container ended with exit code 0, and others of the pod, which never end by themselves, run on',
      statement: `Job ${job.metadata.name}${whose} does not complete: container ${done.name} finished (exit code 0) ${formatDuration(age)} ago, but container ${names} of its pod still runs`,
      evidence: [
        objectEvidence(
          view.snapshot,
          pod,
          '.status.containerStatuses',
          `Pod ${pod.metadata.name}: ${done.name} ended with exit code 0 ${formatDuration(age)} ago; running: ${names}`,
        ),
      ],
      affects: [refOf(job), ...lingering.map((each) => refOf(each.pod))],
      remedies: [
        instruct(
          resource,
          'patch_job',
          `Make ${names} a sidecar that ends with the work: an init container with restartPolicy Always, or let it end when ${done.name} does. This run's work is done; once its owner agrees its Job may be deleted.`,
          { reason: 'a job completes only when every container of its pod has ended' },
        ),
      ],
      since: done.state?.terminated?.finishedAt,
    }),
  ]
}

function lingersIn(view: ClusterView, pod: Pod) {
  const statuses = pod.status?.containerStatuses ?? []
  const running = statuses.filter(({ state }) => state?.running)
  const ended = statuses.filter(({ state }) => state?.terminated)
  const isGood = ended.length > 0 && ended.every(({ state }) => state?.terminated?.exitCode === 0)
  const done = ended.toSorted(lastFirst)[0]
  const age = view.ageOf(done?.state?.terminated?.finishedAt)
  const isOver = pod.metadata.deletionTimestamp !== undefined || running.length === 0
  return !isOver && isGood && done && age !== undefined && age > graceMs ? [{ pod, done, running, age }] : []
}

function lastFirst(left: ContainerStatus, right: ContainerStatus): number {
  return (right.state?.terminated?.finishedAt ?? '').localeCompare(left.state?.terminated?.finishedAt ?? '')
}

/** All runs of the cron job that a Job belongs to, newest first; by reference, because the cron job itself may not have been seen. */
function runsOf(view: ClusterView, { metadata }: Job): Run[] {
  const parent = metadata.ownerReferences?.find((owner) => owner.kind === 'CronJob')
  if (!parent) return []
  return view
    .list('Job')
    .filter((job) => (job.metadata.ownerReferences ?? []).some((owner) => owner.uid === parent.uid))
    .toSorted((left, right) => startOf(right) - startOf(left))
    .map((job) => ({ job, end: endOf(job) }))
}

function startOf({ metadata }: Job): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0
}

function endOf(job: Job): Run['end'] {
  if (conditionOf(job, 'Complete')?.status === 'True') return 'complete'
  const failed = conditionOf(job, 'Failed') ?? conditionOf(job, 'FailureTarget')
  return failed?.status === 'True' ? 'failed' : 'open'
}
