import type { MechanismNotes } from './mechanism-note.ts'

/** Jobs and cron jobs. Of the runs of a cron job the newest one that ended counts. */
export const jobNotes = {
  job_failed: {
    detected:
      'A job, or the newest ended run of a cron job, has the condition Failed for another reason than its deadline.',
    from: ['Job `.status.conditions[type=Failed]`', 'exit codes of its pods', 'warnings of the job'],
    suggests: ['escalate', 'recreate_job'],
    limits:
      'Why its pods fail is told by their containers and logs, where they are still there. A single failure before a run that is under way is not told.',
  },
  job_deadline_exceeded: {
    detected: 'A job, or the newest ended run of a cron job, was ended at its deadline.',
    from: ['Job `.status.conditions` (DeadlineExceeded)', 'Job `.spec.activeDeadlineSeconds`'],
    suggests: ['custom_instruction'],
    limits: 'How long a good run takes is asked for.',
  },
  job_suspended: {
    detected: 'A job has spec.suspend, is not complete and waits in no queue.',
    from: ['Job `.spec.suspend`', 'the queue label of Kueue', 'a note in the annotations that the rest is meant'],
    suggests: ['custom_instruction', 'escalate'],
    limits: 'It may be meant: low severity, none with a note.',
  },
  cronjob_suspended: {
    detected: 'A cron job has spec.suspend.',
    from: [
      'CronJob `.spec.suspend` and `.status.lastScheduleTime`',
      'a note in the annotations that the rest is meant',
    ],
    suggests: ['unsuspend_cronjob', 'escalate'],
    limits: 'Who suspended it is not told, and it may be meant: low severity, none with a note.',
  },
  cronjob_schedule_invalid: {
    detected: 'The controller said within the last hour that it cannot read the schedule.',
    from: ['events `UnparseableSchedule`, `InvalidSchedule`', 'CronJob `.spec.schedule` and `.spec.timeZone`'],
    suggests: ['custom_instruction'],
    limits: 'Without the event it does not show.',
  },
  cronjob_blocked: {
    detected:
      'A cron job that forbids concurrent runs skipped a start within the last hour because one is still active.',
    from: ['CronJob `.spec.concurrencyPolicy` and `.status.active`', 'event `JobAlreadyActive`'],
    suggests: ['custom_instruction', 'escalate'],
    limits: 'Why the run does not end is told by its pod and its log.',
  },
  cronjob_missed: {
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
  job_overrunning: {
    detected:
      'An active run of a cron job has taken more than three times as long as the longest of its good runs, and ten minutes on top.',
    from: ['Job `.status.startTime` and `.status.active`', 'start and completion of the runs that are remembered'],
    suggests: ['escalate'],
    limits: 'Needs two good runs to compare with; this run may honestly have more to do.',
  },
  job_sidecar_running: {
    detected:
      'A container of an active job ended with exit code 0 more than two minutes ago, and another container of its pod runs on.',
    from: ['`.status.containerStatuses[].state` of the pods of a job'],
    suggests: ['custom_instruction'],
    limits: 'Two containers that both do work of their own look alike while the longer one is busy.',
  },
  cronjob_time_zone_unknown: {
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
} as const satisfies MechanismNotes
