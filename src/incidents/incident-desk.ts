import { CodedError } from '../domain/coded-error.ts'
import type { Decision } from '../domain/decision.ts'
import type { Incident, Signal } from '../domain/signal.ts'
import { fingerprint } from './fingerprint.ts'
import type { Admission } from './incident-store.ts'
import { runIncident } from './run-incident.ts'
import type { DeskDeps } from './desk-deps.ts'

/*
 * Where signals become incidents and incidents become runs. Submitting and waiting are two things: what submit has answered is on
 * disk and will be run, whether anybody waits or not. At most `concurrent` runs at once, at most `queued` waiting.
 */

/** The answer to an accepted signal. */
interface Ticket {
  incident: Incident
  /** The signal repeats an incident that is under way. */
  joined: boolean
}

/** Takes signals in, runs incidents, and lets callers wait. */
export interface IncidentDesk {
  submit(signal: Signal, trace_id: string): Promise<Ticket>
  /** The decision of a run under way here; undefined where none is (any more): then the store has it. */
  wait(incident_id: string): Promise<Decision> | undefined
  /** Queues again what an earlier process left; answers how many. */
  recover(): Promise<number>
  /** Accepts nothing more, lets runs end within `grace_ms`, aborts the rest; what did not end is run after the next start. */
  close(grace_ms: number): Promise<void>
}

interface Entry extends Admission {
  decision: PromiseWithResolvers<Decision>
}

const closingError = () =>
  new CodedError('SRE_INCIDENTS_CLOSING', 'the service is stopping; what was accepted is run after the next start', {
    retry: true,
  })

/** Creates the desk. */
export function createIncidentDesk(deps: DeskDeps): IncidentDesk {
  return new RunningDesk(deps)
}

class RunningDesk implements IncidentDesk {
  readonly #deps: DeskDeps
  readonly #queue: Entry[] = []
  readonly #entries = new Map<string, Entry>()
  readonly #running = new Set<Promise<void>>()
  readonly #ending = new AbortController()
  #closing = false

  constructor(deps: DeskDeps) {
    this.#deps = deps
  }

  async submit(signal: Signal, trace_id: string): Promise<Ticket> {
    if (this.#closing) throw closingError()
    const incident = openIncident(signal, this.#deps)
    this.#refuseWhenFull(incident.fingerprint)
    const ticket = await this.#deps.store.admit({ incident, trace_id }).catch((error: unknown) => {
      throw storeError(error)
    })
    if (!ticket.joined) this.#enqueue({ incident: ticket.incident, trace_id })
    return ticket
  }

  wait(incident_id: string): Promise<Decision> | undefined {
    return this.#entries.get(incident_id)?.decision.promise
  }

  async recover(): Promise<number> {
    const left = await this.#deps.store.unfinished()
    for (const admission of left) this.#enqueue(admission)
    return left.length
  }

  async close(grace_ms: number): Promise<void> {
    this.#closing = true
    for (const entry of this.#queue.splice(0)) entry.decision.reject(closingError())
    if (await settledWithin(this.#running, grace_ms)) return
    this.#deps.logger.warn(
      { running: this.#running.size },
      'runs cut off by shutdown, to be run again after the next start',
    )
    this.#ending.abort()
    await settledWithin(this.#running, 1_000)
  }

  /** A repeat of what is under way always finds room: it costs no run. */
  #refuseWhenFull(print: string): void {
    const waiting = this.#queue.length
    if (waiting < this.#deps.limits.queued) return
    if ([...this.#entries.values()].some((entry) => entry.incident.fingerprint === print)) return
    throw new CodedError('SRE_INCIDENTS_QUEUE_FULL', `${waiting} incidents are waiting already`, { retry: true })
  }

  #enqueue(admission: Admission): void {
    const decision = Promise.withResolvers<Decision>()
    decision.promise.catch(() => undefined)
    const entry = { ...admission, decision }
    this.#entries.set(admission.incident.id, entry)
    if (this.#closing) return decision.reject(closingError())
    this.#queue.push(entry)
    this.#startRuns()
  }

  #startRuns(): void {
    while (!this.#closing && this.#running.size < this.#deps.limits.concurrent) {
      const entry = this.#queue.shift()
      if (!entry) return
      const run = this.#run(entry).finally(() => {
        this.#running.delete(run)
        this.#entries.delete(entry.incident.id)
        this.#startRuns()
      })
      this.#running.add(run)
    }
  }

  async #run(entry: Entry): Promise<void> {
    const { signal } = this.#ending
    try {
      entry.decision.resolve(await runIncident(entry, this.#deps, signal))
    } catch (error) {
      if (!signal.aborted) this.#deps.logger.error({ error, incident_id: entry.incident.id }, 'incident run not stored')
      entry.decision.reject(signal.aborted ? closingError() : storeError(error))
    }
  }
}

function storeError(cause: unknown): CodedError {
  return new CodedError('SRE_INCIDENTS_STORE_FAILED', 'the store did not take it', { cause, retry: true })
}

function openIncident(signal: Signal, { newId, now }: DeskDeps): Incident {
  const { namespace, resource, reason, message } = signal
  const opened_at = new Date(now()).toISOString()
  return {
    id: newId('inc'),
    fingerprint: fingerprint(signal),
    namespace,
    resource,
    reason,
    message,
    signal_count: 1,
    opened_at,
  }
}

/** True where all have ended in time. */
async function settledWithin(runs: ReadonlySet<Promise<void>>, ms: number): Promise<boolean> {
  if (runs.size === 0) return true
  const limit = Promise.withResolvers<false>()
  const timer = setTimeout(limit.resolve, ms, false)
  const all = Promise.allSettled(runs).then(() => true)
  return Promise.race([all, limit.promise]).finally(() => clearTimeout(timer))
}
