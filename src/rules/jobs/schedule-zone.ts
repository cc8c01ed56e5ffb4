import type { CronJob } from '#src/domain/kubernetes/objects.ts'

/** A schedule without its prefix, and the time zone that it is reckoned in; without one, that of the controller, mostly UTC. */
export interface ZonedSchedule {
  schedule: string
  zone?: string
  /** Where the zone stands. */
  from: 'spec.timeZone' | 'spec.schedule'
}

/** `spec.timeZone`, or the zone before the schedule itself (`CRON_TZ=Europe/Paris 0 3 * * *`), which older clusters took. */
export function scheduleZone({ spec }: Pick<CronJob, 'spec'>): ZonedSchedule {
  const [, prefix, rest] = /^\s*(?:CRON_TZ|TZ)=(\S+)\s+(.*)$/s.exec(spec.schedule) ?? []
  if (spec.timeZone !== undefined)
    return { schedule: rest ?? spec.schedule, zone: spec.timeZone, from: 'spec.timeZone' }
  if (prefix !== undefined && rest !== undefined) return { schedule: rest, zone: prefix, from: 'spec.schedule' }
  return { schedule: spec.schedule, from: 'spec.timeZone' }
}
