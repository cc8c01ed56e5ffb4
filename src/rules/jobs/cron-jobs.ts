import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { CronJob, Job } from '#src/domain/kubernetes/workloads.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { formatDuration } from '#src/util/time.ts'
import { intentionNote } from '#src/rules/kit/intention.ts'
import { nearName } from '#src/rules/kit/names.ts'
import { cronStarts, zoneOffset } from './cron-starts.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct, unsuspendCronJob } from '#src/rules/kit/actions.ts'

const recent = 60 * 60 * 1000

const minuteMs = 60_000

/** The controller looks every ten seconds; a restart of it takes a little longer. */
const graceMs = 3 * minuteMs

const fewest = 2

/** A schedule without its prefix, and the time zone that it is reckoned in; without one, that of the controller, mostly UTC. */
interface ZonedSchedule {
  schedule: string
  zone?: string
  /** Where the zone stands. */
  from: 'spec.timeZone' | 'spec.schedule'
}

/** Cron jobs that do not start what they should: suspended, unreadable, blocked by a run that does not end, or late. */
export const cronJobs = defineRule({
  name: 'cron-jobs',
  finds: {
    cronjob_suspended: {
      title: 'a cron job is suspended',
      category: 'job',
      role: 'cause',
      layer: 'container',
      detected: 'A cron job has spec.suspend.',
      from: [
        'CronJob `.spec.suspend` and `.status.lastScheduleTime`',
        'a note in the annotations that the rest is meant',
      ],
      suggests: ['unsuspend_cronjob', 'escalate'],
      limits: 'Who suspended it is not known, and it may be meant: low severity, none with a note.',
    },
    cronjob_schedule_invalid: {
      title: 'the schedule of a cron job cannot be read',
      category: 'job',
      role: 'cause',
      layer: 'environment',
      detected: 'The controller said within the last hour that it cannot read the schedule.',
      from: ['events `UnparseableSchedule`, `InvalidSchedule`', 'CronJob `.spec.schedule` and `.spec.timeZone`'],
      suggests: ['custom_instruction'],
      limits: 'Without the event it does not show.',
    },
    cronjob_time_zone_unknown: {
      title: 'the time zone of a cron job does not exist',
      category: 'job',
      role: 'cause',
      layer: 'environment',
      explains: {
        cronjob_schedule_invalid: 'without its time zone the schedule cannot be read',
      },
      detected:
        'The controller said within the last hour that it does not know the time zone of a cron job, or no table of time zones holds it.',
      from: [
        'CronJob `.spec.timeZone`, or the prefix `CRON_TZ=` or `TZ=` of `.spec.schedule`',
        'event `UnknownTimeZone`',
      ],
      suggests: ['custom_instruction'],
      limits:
        'Without the event the table of this program decides, which may be newer or older than that of the controller.',
    },
    cronjob_blocked: {
      title: 'a running job keeps the next one from starting',
      category: 'job',
      role: 'cause',
      layer: 'workload',
      detected:
        'A cron job that forbids concurrent runs skipped a start within the last hour because one is still active.',
      from: ['CronJob `.spec.concurrencyPolicy` and `.status.active`', 'event `JobAlreadyActive`'],
      suggests: ['custom_instruction', 'escalate'],
      limits: 'Why the run does not end is shown by its pod and its log.',
    },
    cronjob_missed: {
      title: 'a cron job missed its schedule',
      category: 'job',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        container_crash: 'the missed run is what the schedule shows',
        job_overrunning: 'a late start shifts the run',
      },
      detected:
        'The controller reported a missed start within the last hour; or a cron job was never scheduled and its starting deadline is below 10 seconds; or its schedule has passed twice or more since its last start, with nothing that holds it back.',
      from: [
        'events `MissSchedule`, `FailedNeedsStart`, `TooManyMissedTimes`',
        'CronJob `.spec.schedule`, `.spec.startingDeadlineSeconds` and `.status.lastScheduleTime`',
      ],
      suggests: ['custom_instruction', 'escalate'],
      limits:
        'A start that was missed in silence shows only where the last start lies on the schedule in its own time zone, or in UTC where none is given.',
    },
  },
  find: (view) =>
    view.list('CronJob').flatMap((cron) => {
      if (cron.metadata.deletionTimestamp) return []
      if (cron.spec.suspend) return suspended(view, cron)
      const zone = unknownZone(view, cron, recentEvent(view, cron, /^UnknownTimeZone$/i))
      if (zone.length > 0) return zone
      const reported = [
        ...unreadable(view, cron),
        ...blocked(view, cron),
        ...findMissed(view, cron),
        ...hurried(view, cron),
      ]
      return reported.length > 0 ? reported : silentSchedule(view, cron)
    }),
})

function recentEvent(view: ClusterView, cron: CronJob, reason: RegExp): ClusterEvent | undefined {
  return view.eventsOf(cron).find((event) => reason.test(event.reason) && (view.ageOf(event.last_seen) ?? 0) < recent)
}

function suspended(view: ClusterView, cron: CronJob): FindingDraft[] {
  const resource = refOf(cron)
  const { name } = cron.metadata
  return [
    draftFinding({
      mechanism: 'cronjob_suspended',
      resource,
      severity: intentionNote(view, cron) === undefined ? 'low' : 'info',
      confidence: 0.9,
      confidence_reason: 'spec.suspend is set; whether that is meant only its owner knows',
      statement: `CronJob ${name} (schedule "${cron.spec.schedule}") is suspended (spec.suspend: true), so it starts no Job`,
      evidence: [
        objectEvidence(
          view.snapshot,
          cron,
          '.spec.suspend',
          `CronJob ${name} has spec.suspend: true; last scheduled: ${cron.status?.lastScheduleTime ?? 'never'}`,
        ),
      ],
      remedies: [
        unsuspendCronJob(
          resource,
          {},
          { reason: 'the next run starts at its schedule; ask first why it was suspended' },
        ),
        escalate(view, resource, `Why was CronJob ${name} suspended, and by whom?`, 'a suspension is set by hand'),
      ],
    }),
  ]
}

function unreadable(view: ClusterView, cron: CronJob): FindingDraft[] {
  const event = recentEvent(view, cron, /Unpars[e]?able|InvalidSchedule/i)
  if (!event) return []
  const resource = refOf(cron)
  const zone = cron.spec.timeZone ? ` in time zone ${cron.spec.timeZone}` : ''
  return [
    draftFinding({
      mechanism: 'cronjob_schedule_invalid',
      resource,
      severity: 'medium',
      confidence: 0.9,
      confidence_reason: 'the cron job controller cannot read it',
      statement: `The schedule "${cron.spec.schedule}"${zone} of CronJob ${cron.metadata.name} cannot be read, so it starts no Job: ${event.message}`,
      evidence: [eventEvidence(event)],
      remedies: [
        instruct(
          resource,
          'patch_schedule',
          `Correct spec.schedule or spec.timeZone of CronJob ${cron.metadata.name}.`,
          {
            reason: event.message,
            needs: [{ param: 'schedule', ask: `When shall ${cron.metadata.name} run?` }],
          },
        ),
      ],
    }),
  ]
}

/** With concurrencyPolicy Forbid a run that never ends keeps all later ones from starting; reported by a Normal event only. */
function blocked(view: ClusterView, cron: CronJob): FindingDraft[] {
  const active = (cron.status?.active ?? []).flatMap(({ name }) => name ?? [])
  const event = recentEvent(view, cron, /^JobAlreadyActive$/)
  if (cron.spec.concurrencyPolicy !== 'Forbid' || active.length === 0 || !event) return []
  const running = view.get('Job', cron.metadata.namespace, active[0] ?? '')
  const resource = refOf(cron)
  const age = view.ageOf(running?.status?.startTime ?? running?.metadata.creationTimestamp)
  const since = age === undefined ? '' : ` for ${formatDuration(age)}`
  return [
    draftFinding({
      mechanism: 'cronjob_blocked',
      resource,
      severity: 'medium',
      confidence: 0.9,
      confidence_reason: 'the controller skipped a start because of it',
      statement: `CronJob ${cron.metadata.name} (concurrencyPolicy Forbid) skips its runs (JobAlreadyActive) because Job ${active[0]} has been active${since} and does not end`,
      evidence: [
        objectEvidence(view.snapshot, cron, '.status.active', `active: ${active.join(', ')}; concurrencyPolicy Forbid`),
        eventEvidence(event),
      ],
      affects: running ? [refOf(running), ...view.podsOf(running).map(refOf)] : [],
      remedies: unblock(view, cron, active[0] ?? '', running),
      since: running?.status?.startTime,
    }),
  ]
}

function unblock(view: ClusterView, cron: CronJob, name: string, running: Job | undefined): FindingDraft['remedies'] {
  const resource = refOf(cron)
  const bounded = cron.spec.jobTemplate.spec.activeDeadlineSeconds !== undefined
  return [
    instruct(
      { kind: 'Job', namespace: cron.metadata.namespace, name },
      'delete_job',
      `Read the logs of Job ${name} to see what it waits for; once its owner agrees that the run is lost, delete Job ${name} so that the next one can start${bounded ? '' : ', and set activeDeadlineSeconds in the job template so that a stuck run ends by itself'}.`,
      {
        reason: 'no run starts while this one is active',
        override: { reversible: false, because: 'A deleted run cannot be brought back.' },
      },
    ),
    escalate(
      view,
      resource,
      `Why does Job ${running?.metadata.name ?? name} not end?`,
      'the next runs would hang as well',
    ),
  ]
}

function findMissed(view: ClusterView, cron: CronJob): FindingDraft[] {
  const event = recentEvent(view, cron, /^(MissSchedule|FailedNeedsStart|TooManyMissedTimes)$/)
  if (!event) return []
  const deadline = cron.spec.startingDeadlineSeconds
  const resource = refOf(cron)
  return [
    draftFinding({
      mechanism: 'cronjob_missed',
      resource,
      severity: 'medium',
      confidence: 0.8,
      confidence_reason: 'the cron job controller reports missed starts',
      statement: `CronJob ${cron.metadata.name} (schedule "${cron.spec.schedule}"${deadline === undefined ? '' : `, startingDeadlineSeconds ${deadline}`}) missed its start: ${event.message}`,
      evidence: [eventEvidence(event)],
      remedies: [
        escalate(
          view,
          resource,
          `Was the controller or the cluster down, or is startingDeadlineSeconds too short?`,
          'missed starts are not caught up beyond the deadline',
        ),
      ],
    }),
  ]
}

/** The controller looks every ten seconds: a shorter deadline may have passed each time, and nothing is reported. */
function hurried(view: ClusterView, cron: CronJob): FindingDraft[] {
  const deadline = cron.spec.startingDeadlineSeconds
  const isNever = !cron.status?.lastScheduleTime && (view.ageOf(cron.metadata.creationTimestamp) ?? 0) > recent
  if (deadline === undefined || deadline >= 10 || !isNever) return []
  const resource = refOf(cron)
  return [
    draftFinding({
      mechanism: 'cronjob_missed',
      resource,
      severity: 'low',
      confidence: 0.7,
      confidence_reason: 'it was never scheduled, and its deadline is shorter than the interval of the controller',
      statement: `CronJob ${cron.metadata.name} (schedule "${cron.spec.schedule}") was never scheduled: startingDeadlineSeconds ${deadline} is below the 10 s at which the controller looks`,
      evidence: [
        objectEvidence(
          view.snapshot,
          cron,
          '.spec.startingDeadlineSeconds',
          `CronJob ${cron.metadata.name} has startingDeadlineSeconds ${deadline} and no lastScheduleTime`,
        ),
      ],
      remedies: [
        instruct(
          resource,
          'patch_schedule',
          `Raise startingDeadlineSeconds of CronJob ${cron.metadata.name} well above 10, or leave it out.`,
          { reason: 'the start is given up before the controller has looked' },
        ),
      ],
    }),
  ]
}

/** A cron job whose time zone does not exist is never started: the controller says so, or no table of time zones holds it. */
function unknownZone(view: ClusterView, cron: CronJob, event: ClusterEvent | undefined): FindingDraft[] {
  const { zone, from } = scheduleZone(cron)
  if (zone === undefined || (!event && zoneOffset(zone, view.now) !== undefined)) return []
  const { name } = cron.metadata
  const meant = nearName(zone, Intl.supportedValuesOf('timeZone'))
  return [
    draftFinding({
      mechanism: 'cronjob_time_zone_unknown',
      resource: refOf(cron),
      severity: 'medium',
      confidence: event ? 0.95 : 0.75,
      confidence_reason: event
        ? 'the cron job controller does not know the time zone'
        : 'no table of time zones holds it; what the controller says of it was not seen',
      statement: `CronJob ${name} names the time zone ${zone} (${from}), which does not exist (UnknownTimeZone), so it starts no Job${meant ? `; ${meant} exists` : ''}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          cron,
          `.${from}`,
          `CronJob ${name}: ${from} ${from === 'spec.timeZone' ? zone : cron.spec.schedule}`,
        ),
        ...(event ? [eventEvidence(event)] : []),
      ],
      remedies: [
        instruct(
          refOf(cron),
          'patch_schedule',
          meant
            ? `Set spec.timeZone of CronJob ${name} to ${meant}${from === 'spec.schedule' ? ' and take the prefix out of spec.schedule' : ''}.`
            : `Set spec.timeZone of CronJob ${name} to the name of a time zone such as Europe/Berlin or Etc/UTC${from === 'spec.schedule' ? ', and take the prefix out of spec.schedule' : ''}.`,
          {
            reason: 'the controller starts nothing whose time zone it does not know',
            needs: [{ param: 'timeZone', ask: `Which time zone is the schedule "${cron.spec.schedule}" meant in?` }],
          },
        ),
      ],
    }),
  ]
}

/**
 * A cron job whose schedule has passed several times since its last start, with nothing that holds it back: nobody starts its jobs.
 * Judged only where the last start itself lies on the schedule, so that the unknown time zone of a controller or a schedule that was
 * changed since cannot mislead.
 */
function silentSchedule(view: ClusterView, cron: CronJob): FindingDraft[] {
  const { schedule, zone } = scheduleZone(cron)
  const last = Date.parse(cron.status?.lastScheduleTime ?? '')
  if (Number.isNaN(last) || (cron.status?.active ?? []).length > 0) return []
  if (cronStarts(schedule, last - minuteMs, last, zone)?.length !== 1) return []
  const missed = (cronStarts(schedule, last, view.now - graceMs, zone) ?? []).length
  if (missed < fewest) return []
  const { name } = cron.metadata
  const since = formatDuration(view.now - last)
  return [
    draftFinding({
      mechanism: 'cronjob_missed',
      resource: refOf(cron),
      severity: 'medium',
      confidence: 0.8,
      confidence_reason: 'its last start lies on its schedule, which has passed again since, and no run is active',
      statement: `CronJob ${name} (schedule "${schedule}"${zone ? ` in ${zone}` : ''}) has started no Job for ${since}, though its schedule passed ${missed} times: it is neither suspended nor held by a running Job`,
      evidence: [
        objectEvidence(
          view.snapshot,
          cron,
          '.status.lastScheduleTime',
          `CronJob ${name}: schedule "${schedule}"${zone ? ` in ${zone}` : ''}, lastScheduleTime ${cron.status?.lastScheduleTime}, none active`,
        ),
      ],
      remedies: [
        escalate(
          view,
          { kind: 'Addon', name: 'kube-controller-manager' },
          `Does the cron job controller run? CronJob ${name} has not been started for ${since}.`,
          'starts are made by the controller, not by the cron job',
          'the platform team',
        ),
      ],
      since: cron.status?.lastScheduleTime,
    }),
  ]
}

/** `spec.timeZone`, or the zone before the schedule itself (`CRON_TZ=Europe/Paris 0 3 * * *`), which older clusters took. */
function scheduleZone({ spec }: Pick<CronJob, 'spec'>): ZonedSchedule {
  const [, prefix, rest] = /^\s*(?:CRON_TZ|TZ)=(\S+)\s+(.*)$/s.exec(spec.schedule) ?? []
  if (spec.timeZone !== undefined)
    return { schedule: rest ?? spec.schedule, zone: spec.timeZone, from: 'spec.timeZone' }
  if (prefix !== undefined && rest !== undefined) return { schedule: rest, zone: prefix, from: 'spec.schedule' }
  return { schedule: spec.schedule, from: 'spec.timeZone' }
}
