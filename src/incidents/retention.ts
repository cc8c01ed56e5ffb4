import type { Logger } from '#src/telemetry/logger.ts'
import type { Housekeeping } from './port.ts'

/** What retention works with. */
export interface RetentionDeps {
  housekeeping: Housekeeping
  logger: Logger
  /** Texts of evidence and signals are kept for so long. */
  retention_ms: number
  every_ms: number
  now: () => number
}

const maxBatchSize = 500
const firstAfterMs = 5_000

/** Removes at intervals, batch by batch, what is past its retention. Disposal waits for the batch under way. */
export function startRetention({ housekeeping, logger, retention_ms, every_ms, now }: RetentionDeps): AsyncDisposable {
  let ending = false
  let timer: NodeJS.Timeout
  let round = Promise.resolve()
  const all = async (work: () => Promise<number>): Promise<number> => {
    let done = 0
    for (let count = await work(); count > 0; count = ending ? 0 : await work()) done += count
    return done
  }
  const removeExpired = async (): Promise<void> => {
    try {
      const before = new Date(now() - retention_ms).toISOString()
      const threads = await all(() => housekeeping.forgetThreads(maxBatchSize))
      const trimmed = await all(() => housekeeping.trim(before, maxBatchSize))
      if (threads + trimmed > 0) logger.info({ threads, trimmed }, 'data past its retention removed')
    } catch (error) {
      logger.warn({ error }, 'retention failed, to be tried again')
    }
  }
  const schedule = (ms: number): void => {
    timer = setTimeout(() => {
      round = removeExpired().finally(() => {
        if (!ending) schedule(every_ms)
      })
    }, ms)
    timer.unref()
  }
  schedule(firstAfterMs)
  return {
    async [Symbol.asyncDispose]() {
      ending = true
      clearTimeout(timer)
      await round
    },
  }
}
