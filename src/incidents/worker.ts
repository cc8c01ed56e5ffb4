import type { Claim, Lease } from './queue-store.ts'
import { LapseWatch } from './lapse-watch.ts'
import { runClaim } from './run-claim.ts'
import { settledWithin } from './settled-within.ts'
import type { WorkerDeps } from './worker-deps.ts'

/*
 * Takes incidents out of the queue and has them investigated. Any number of workers share one store: what a claim allows is decided
 * there. A worker that cannot reach the store goes on asking; one that loses a claim drops the run.
 */

/** A worker at work. */
export interface Worker {
  /** There may be something new: look at once. */
  wake(): void
  /** Runs under way in this process. */
  running(): number
  /** When the store last answered it, by the worker's steady clock; undefined before the first time. */
  lastAnswered(): number | undefined
  /** Takes nothing more, lets runs end within `grace_ms`, gives the rest back to be gone on with elsewhere. */
  drain(grace_ms: number): Promise<void>
}

const longestSilenceMs = 5_000

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
  readonly #watch: LapseWatch
  #draining = false
  #answered: number | undefined
  #silent = 0
  #swept = Number.NEGATIVE_INFINITY
  #again = false
  /** A run under way may take the process with it: nothing is begun beside it. */
  #isolated = false
  #round: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(deps: WorkerDeps) {
    this.#deps = deps
    this.#watch = new LapseWatch(deps.limits.lease_ms)
  }

  start(): void {
    this.wake()
  }

  wake(): void {
    if (this.#draining) return
    if (this.#round) {
      this.#again = true
      return
    }
    clearTimeout(this.#timer)
    this.#round = this.#goRound().finally(() => {
      this.#round = undefined
      if (this.#draining) return
      if (this.#again) {
        this.#again = false
        this.wake()
      } else this.#timer = setTimeout(() => this.wake(), this.#pauseMs())
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
    if (await settledWithin(this.#runs, grace_ms)) return
    this.#deps.logger.warn({ running: this.#runs.size }, 'runs cut off by the end of the process, to be gone on with')
    this.#ending.abort(new Error('the service stops'))
    await settledWithin(this.#runs, 5_000)
  }

  /** Idle it polls; while the store is silent, ever more slowly. Up to a quarter more at random, so that replicas do not march in step. */
  #pauseMs(): number {
    const { poll_ms } = this.#deps.limits
    const plain = Math.min(Math.max(poll_ms, longestSilenceMs), poll_ms * 2 ** Math.min(this.#silent, 6))
    return Math.round(plain * (1 + this.#deps.random() / 4))
  }

  async #goRound(): Promise<void> {
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
        this.wake()
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
      this.#deps.logger.error({ error, incident_id: claim.incident.id }, 'run ended without a trace')
    }
  }

  async #sweepIfDue(): Promise<void> {
    const { store, now, monotonic, limits, logger, onEnded } = this.#deps
    const every = Math.min(1_000, limits.lease_ms / 4)
    if (monotonic() - this.#swept < every) return
    const lapsed: Lease[] = this.#watch.lapsed(await store.leases(), monotonic())
    const time = now()
    const swept = await store.sweep({
      now: time,
      lapsed,
      most_failures: limits.most_failures,
      quiet_before: time - limits.quiet_ms,
      retry_at: time,
    })
    this.#swept = monotonic()
    for (const [why, incidents] of Object.entries(swept)) {
      for (const incident of incidents) {
        logger.warn({ incident_id: incident.id, service: incident.service }, sweepWords[why] ?? 'incident swept')
        onEnded(incident.id)
      }
    }
  }
}

/** Static words for the log. */
const sweepWords: Readonly<Record<string, string>> = {
  expired: 'incident expired in the queue',
  abandoned: 'run of a vanished worker taken back',
  quiet: 'incident closed, nothing was heard of it any more',
}
