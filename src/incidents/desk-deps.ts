import type { Logger } from '../telemetry/logger.ts'
import type { IncidentStore } from './incident-store.ts'
import type { Investigator } from './investigator.ts'

/** What the desk works with. */
export interface DeskDeps {
  store: IncidentStore
  investigator: Investigator
  logger: Logger
  limits: {
    concurrent: number
    queued: number
    /** A run that has not ended by then is given up as failed. */
    run_ms: number
  }
  newId: (prefix: string) => string
  /** Epoch milliseconds. */
  now: () => number
}
