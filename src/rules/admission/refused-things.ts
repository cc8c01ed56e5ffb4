import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** What a workload may not create: a cron job makes Jobs, everything else makes pods. */
export function refusedThings({ kind }: ResourceRef): string {
  return kind === 'CronJob' ? 'Jobs' : 'pods'
}
