import { LeaseWatch } from './lease.ts'
import type { Claim, Swept } from './port.ts'
import { runClaim } from './run-claim.ts'
import type { WorkerDeps } from './worker-deps.ts'

/*
 * Takes incidents out of the queue and has them investigated. Any number of workers share one store, which decides what may be claimed.
 * A worker that cannot reach the store keeps trying; one that loses a claim drops the run.
 */

/** A running worker. */
export interface Worker {
  /** There may be a new incident: asks the store at once. */
  poll(): void
  /** Runs under way in this process. */
  running(): number
  /** When the store last answered it, by the worker's steady clock; undefined before the first time. */
  lastAnswered(): number | undefined
  /** Claims nothing more, lets runs end within `grace_ms`, returns the rest to be resumed elsewhere. */
  drain(grace_ms: number): Promise<void>
}

const maxPauseMs = 5_000

/** Starts a worker; it works until it is drained. */
export function startWorker(deps: WorkerDeps): Worker {
  const worker = new RunningWorker(deps)
  worker.start()
  return worker
}

class RunningWorker implements Worker {
  readonly #deps: WorkerDeps
  readonly #runs = new Set<Promise<void>>()
  readonly #ending = new AbortController()
  readonly #watch: LeaseWatch
  #draining = false
  #answered: number | undefined
  #silent = 0
  #swept = Number.NEGATIVE_INFINITY
  #again = false
  /** A run under way may end the process: nothing else starts beside it. */
  #isolated = false
  #round: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(deps: WorkerDeps) {
    this.#deps = deps
    this.#watch = new LeaseWatch(deps.limits.lease_ms)
  }

  start(): void {
    this.poll()
  }

  poll(): void {
    if (this.#draining) return
    if (this.#round) {
      this.#again = true
      return
    }
    clearTimeout(this.#timer)
    this.#round = this.#pollOnce().finally(() => {
      this.#round = undefined
      if (this.#draining) return
      if (this.#again) {
        this.#again = false
        this.poll()
      } else this.#timer = setTimeout(() => this.poll(), this.#pauseMs())
    })
  }

  running(): number {
    return this.#runs.size
  }

  lastAnswered(): number | undefined {
    return this.#answered
  }

  async drain(grace_ms: number): Promise<void> {
    this.#draining = true
    clearTimeout(this.#timer)
    await this.#round
    if (await allSettledWithin(this.#runs, grace_ms)) return
    this.#deps.logger.warn({ running: this.#runs.size }, 'runs interrupted by the end of the process, to be resumed')
    this.#ending.abort(new Error('the service stops'))
    await allSettledWithin(this.#runs, 5_000)
  }

  /** While the store does not answer, the pauses grow. Up to a quarter longer at random, so that replicas do not poll at the same time. */
  #pauseMs(): number {
    const { poll_ms } = this.#deps.limits
    const plain = Math.min(Math.max(poll_ms, maxPauseMs), poll_ms * 2 ** Math.min(this.#silent, 6))
    return Math.round(plain * (1 + this.#deps.random() / 4))
  }

  async #pollOnce(): Promise<void> {
    try {
      await this.#fill()
      await this.#sweepIfDue()
      this.#answered = this.#deps.now()
      this.#silent = 0
    } catch (error) {
      if (this.#silent++ === 0) this.#deps.logger.error({ error }, 'the store does not answer the worker')
    }
  }

  async #fill(): Promise<void> {
    while (!this.#draining && !this.#isolated && this.#runs.size < this.#deps.limits.capacity) {
      const claim = await this.#claim()
      if (!claim) return
      this.#isolated = claim.suspect
      const run = this.#run(claim).finally(() => {
        this.#runs.delete(run)
        this.#isolated = false
        this.poll()
      })
      this.#runs.add(run)
    }
  }

  #claim(): Promise<Claim | undefined> {
    const { store, owner, now, limits, newId } = this.#deps
    return store.claim({
      owner,
      now: now(),
      lease_ms: limits.lease_ms,
      limit: limits.global,
      new_run_id: newId('run'),
      alone: this.#runs.size === 0,
    })
  }

  async #run(claim: Claim): Promise<void> {
    try {
      const outcome = await runClaim(claim, this.#deps, this.#ending.signal)
      if (outcome === 'stored') this.#deps.onEnded(claim.incident.id)
    } catch (error) {
      this.#deps.logger.error({ error, incident_id: claim.incident.id }, 'run ended with an unexpected error')
    }
  }

  async #sweepIfDue(): Promise<void> {
    const { store, now, monotonic, limits, logger, onEnded } = this.#deps
    const every = Math.min(1_000, limits.lease_ms / 4)
    if (monotonic() - this.#swept < every) return
    const expired_leases = this.#watch.expired(await store.leases(), monotonic())
    const time = now()
    const swept = await store.sweep({
      now: time,
      expired_leases,
      max_failures: limits.max_failures,
      quiet_before: time - limits.quiet_ms,
      retry_at: time,
    })
    this.#swept = monotonic()
    for (const [why, incidents] of Object.entries(swept)) {
      for (const incident of incidents) {
        logger.warn({ incident_id: incident.id, service: incident.service }, sweepMessages[why as keyof Swept])
        onEnded(incident.id)
      }
    }
  }
}

/** Static messages for the log. */
const sweepMessages: Readonly<Record<keyof Swept, string>> = {
  expired: 'incident expired in the queue',
  abandoned: 'run taken back: its worker stopped renewing its lease',
  quiet: 'incident closed: no further signals arrived',
}

/** True where all end in time. */
async function allSettledWithin(work: ReadonlySet<Promise<void>>, ms: number): Promise<boolean> {
  if (work.size === 0) return true
  const limit = Promise.withResolvers<false>()
  const timer = setTimeout(limit.resolve, ms, false)
  const all = Promise.allSettled(work).then(() => true)
  return Promise.race([all, limit.promise]).finally(() => clearTimeout(timer))
}
