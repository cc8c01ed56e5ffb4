import type { Logger } from '#src/telemetry/logger.ts'
import type { Investigator, AfterDecision, QueueStore } from './port.ts'
import type { Decision } from '#src/domain/decision.ts'

/** Bounds of a worker. */
export interface WorkerLimits {
  /** Runs at once in this process. */
  capacity: number
  /** Runs at once over all replicas. */
  global: number
  lease_ms: number
  /** A run that takes longer has failed. */
  run_ms: number
  /** Failed attempts in a row after which an incident waits for a person. */
  max_failures: number
  /** A decided incident without signals for so long is closed. */
  quiet_ms: number
  /** How long an idle worker waits before it polls again. */
  poll_ms: number
}

/** What a worker works with. */
export interface WorkerDeps {
  store: QueueStore
  investigator: Investigator
  logger: Logger
  limits: WorkerLimits
  /** Names this process in claims and histories; no two alike. */
  owner: string
  newId: (prefix: string) => string
  /** Epoch milliseconds, steady. */
  now: () => number
  /** Milliseconds that only go forward. */
  monotonic: () => number
  /** From 0 to 1, for jitter. */
  random: () => number
  /** The approvals that a decision requests, and what it says of changes that were carried out. `now`: epoch milliseconds. */
  after: (decision: Decision, now: number) => AfterDecision
  /** Called after the end of a run is stored, and for incidents that a sweep ended. */
  onEnded: (incident_id: string) => void
}
