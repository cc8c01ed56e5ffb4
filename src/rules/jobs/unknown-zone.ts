import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { CronJob } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { instruct } from '#src/rules/kit/instruct.ts'
import { nearName } from '#src/rules/kit/near-name.ts'
import { scheduleZone } from './schedule-zone.ts'
import { zoneOffset } from './zone-offset.ts'

/** A cron job whose time zone does not exist is never started: the controller says so, or no table of time zones holds it. */
export function unknownZone(view: ClusterView, cron: CronJob, event: ClusterEvent | undefined): FindingDraft[] {
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
            risk: 'low',
            needs: [{ param: 'timeZone', ask: `Which time zone is the schedule "${cron.spec.schedule}" meant in?` }],
          },
        ),
      ],
    }),
  ]
}
