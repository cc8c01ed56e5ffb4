import type { Logger } from '#src/telemetry/logger.ts'
import type { Investigator } from './investigator.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { AfterDecision, QueueStore } from './queue-store.ts'

/** Bounds of a worker. */
export interface WorkerLimits {
  /** Runs at once in this process. */
  capacity: number
  /** Runs at once over all replicas. */
  global: number
  lease_ms: number
  /** A run that has not ended by then is given up as broken. */
  run_ms: number
  /** Broken attempts after which an incident waits for a person. */
  most_failures: number
  /** A decided incident of which nothing was heard for so long is closed. */
  quiet_ms: number
  /** How long an idle worker waits before it looks again by itself. */
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
  /** What a decision asks of people, and says of what they did. `now`: epoch milliseconds. */
  after: (decision: Decision, now: number) => AfterDecision
  /** Called after the end of a run is stored, and for incidents that a sweep ended. */
  onEnded: (incident_id: string) => void
}
