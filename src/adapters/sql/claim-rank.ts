import type { Priority } from '#src/domain/severity.ts'

const stepMs = 120_000

/** Two minutes of waiting weigh as much as one step of priority, so that nothing starves. The smallest is next. */
export function claimRank(queued_ms: number, priority: Priority): number {
  return queued_ms + (Number(priority.slice(1)) - 1) * stepMs
}
