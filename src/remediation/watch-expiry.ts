import type { Logger } from '#src/telemetry/logger.ts'
import type { ApprovalStore, ExecutionStore } from './port.ts'

/** What expiry works with. */
export interface ExpiryDeps {
  approvals: Pick<ApprovalStore, 'expire'>
  executions: Pick<ExecutionStore, 'timeOut'>
  logger: Logger
  /** Epoch milliseconds. */
  now: () => number
  every_ms: number
}

const maxBatchSize = 200

/** Stores at intervals which approvals and executions have run out of time. Disposal waits for the round under way. */
export function watchExpiry({ approvals, executions, logger, now, every_ms }: ExpiryDeps): AsyncDisposable {
  let ending = false
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  const expireOnce = async (): Promise<void> => {
    try {
      const expired = await approvals.expire(now(), maxBatchSize)
      const timedOut = await executions.timeOut(now(), maxBatchSize)
      for (const { id, incident_id } of expired) logger.warn({ approval_id: id, incident_id }, 'approval expired')
      for (const { id, incident_id } of timedOut) logger.warn({ execution_id: id, incident_id }, 'execution timed out')
    } catch (error) {
      logger.warn({ error }, 'expired approvals and executions not stored, to be tried again')
    }
  }
  const later = (): void => {
    timer = setTimeout(() => {
      round = expireOnce().finally(() => {
        if (!ending) later()
      })
    }, every_ms)
    timer.unref()
  }
  later()
  return {
    async [Symbol.asyncDispose]() {
      ending = true
      clearTimeout(timer)
      await round
    },
  }
}
