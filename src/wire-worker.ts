import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Store } from './adapters/sql/store.ts'
import type { Config } from './config/config.ts'
import type { Investigator } from './incidents/port.ts'
import { startWorker, type Worker } from './incidents/worker.ts'
import { newId } from './new-id.ts'
import { requiredApprovals } from './remediation/approval-lifecycle.ts'
import { assessAfterExecution } from './remediation/execution-lifecycle.ts'
import type { Logger } from './telemetry/logger.ts'

/** What a worker is made of. */
export interface WorkerParts {
  config: Config
  store: Store
  investigator: Investigator
  logger: Logger
  /** The process's steady clock. */
  now: () => number
  onEnded: (incident_id: string) => void
}

/** What the run needs beyond its own time to end in order. */
const graceSeconds = 30
const maxFailures = 3
const pollMs = 500

/** A worker over the store, with the bounds that operators set. */
export function wireWorker({ config, store, investigator, logger, now, onEnded }: WorkerParts): Worker {
  const { runs, workflow } = config
  return startWorker({
    store: store.queue,
    investigator,
    logger,
    limits: {
      capacity: runs.concurrent,
      global: runs.concurrent,
      lease_ms: runs.lease_seconds * 1000,
      run_ms: (workflow.timeout_seconds + graceSeconds) * 1000,
      max_failures: maxFailures,
      quiet_ms: runs.quiet_seconds * 1000,
      poll_ms: pollMs,
    },
    // A replica that starts again under its old name is somebody else.
    owner: `${hostname().slice(0, 60)}-${process.pid}-${randomBytes(3).toString('hex')}`,
    newId,
    now,
    monotonic: () => performance.now(),
    random: Math.random,
    after: (decision, at) => ({
      approvals: requiredApprovals(decision, { newId, expires_ms: at + runs.approval_ttl_seconds * 1000 }),
      observe: (execution) => assessAfterExecution(execution, decision, new Date(at).toISOString()),
    }),
    onEnded,
  })
}
