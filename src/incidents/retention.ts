import type { Logger } from '#src/telemetry/logger.ts'
import type { Housekeeping } from './housekeeping.ts'

/** What keeping house needs. */
export interface HouseDeps {
  housekeeping: Housekeeping
  logger: Logger
  /** Words of evidence and signals are kept for so long. */
  retention_ms: number
  every_ms: number
  now: () => number
}

const most = 500
const firstAfterMs = 5_000

/** Removes what is past its time, now and then, a handful at a time. The end of it waits for the handful under way. */
export function startRetention({ housekeeping, logger, retention_ms, every_ms, now }: HouseDeps): AsyncDisposable {
  let ending = false
  let timer: NodeJS.Timeout
  let round = Promise.resolve()
  const all = async (work: () => Promise<number>): Promise<number> => {
    let done = 0
    for (let count = await work(); count > 0; count = ending ? 0 : await work()) done += count
    return done
  }
  const tidy = async (): Promise<void> => {
    try {
      const before = new Date(now() - retention_ms).toISOString()
      const threads = await all(() => housekeeping.forgetThreads(most))
      const trimmed = await all(() => housekeeping.trim(before, most))
      if (threads + trimmed > 0) logger.info({ threads, trimmed }, 'what was past its time is removed')
    } catch (error) {
      logger.warn({ error }, 'keeping house failed, to be tried again')
    }
  }
  const later = (ms: number): void => {
    timer = setTimeout(() => {
      round = tidy().finally(() => {
        if (!ending) later(every_ms)
      })
    }, ms)
    timer.unref()
  }
  later(firstAfterMs)
  return {
    async [Symbol.asyncDispose]() {
      ending = true
      clearTimeout(timer)
      await round
    },
  }
}
