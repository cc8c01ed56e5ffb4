import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { CronJob } from '#src/domain/kubernetes/objects.ts'
import { cronStarts } from './cron-starts.ts'
import { scheduleZone } from './schedule-zone.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { formatDuration } from '#src/rules/kit/format-duration.ts'

const minuteMs = 60_000
/** The controller looks every ten seconds; a restart of it takes a little longer. */
const patience = 3 * minuteMs
const fewest = 2

/**
 * A cron job whose schedule has passed several times since its last start, with nothing that holds it back: nobody starts its jobs.
 * Judged only where the last start itself lies on the schedule, so that the unknown time zone of a controller or a schedule that was
 * changed since cannot mislead.
 */
export function silentSchedule(view: ClusterView, cron: CronJob): FindingDraft[] {
  const { schedule, zone } = scheduleZone(cron)
  const last = Date.parse(cron.status?.lastScheduleTime ?? '')
  if (Number.isNaN(last) || (cron.status?.active ?? []).length > 0) return []
  if (cronStarts(schedule, last - minuteMs, last, zone)?.length !== 1) return []
  const missed = (cronStarts(schedule, last, view.now - patience, zone) ?? []).length
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
          { kind: 'Addon', name: 'kube-controller-manager' },
          'the platform team',
          `Does the cron job controller run? CronJob ${name} has not been started for ${since}.`,
          'starts are made by the controller, not by the cron job',
        ),
      ],
      since: cron.status?.lastScheduleTime,
    }),
  ]
}
