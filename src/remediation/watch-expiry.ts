import type { Logger } from '#src/telemetry/logger.ts'
import type { ApprovalStore } from './approval-store.ts'
import type { ExecutionStore } from './execution-store.ts'

/** What watching needs. */
export interface ExpiryDeps {
  approvals: Pick<ApprovalStore, 'expire'>
  executions: Pick<ExecutionStore, 'lapse'>
  logger: Logger
  /** Epoch milliseconds. */
  now: () => number
  every_ms: number
}

const most = 200

/** Writes down, now and then, what has run out. The end of it waits for the round under way. */
export function watchExpiry({ approvals, executions, logger, now, every_ms }: ExpiryDeps): AsyncDisposable {
  let ending = false
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  const look = async (): Promise<void> => {
    try {
      const expired = await approvals.expire(now(), most)
      const lapsed = await executions.lapse(now(), most)
      for (const { id, incident_id } of expired) logger.warn({ approval_id: id, incident_id }, 'approval expired')
      for (const { id, incident_id } of lapsed) logger.warn({ execution_id: id, incident_id }, 'execution lapsed')
    } catch (error) {
      logger.warn({ error }, 'expired approvals not looked for, to be tried again')
    }
  }
  const later = (): void => {
    timer = setTimeout(() => {
      round = look().finally(() => {
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
