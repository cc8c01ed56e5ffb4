import { setImmediate as nextTick, setTimeout as pause } from 'node:timers/promises'
import type { AdmissionResult } from '#src/domain/admission-result.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Signal } from '#src/domain/signal.ts'
import { type JudgeRules, createJudge } from './admission-judge.ts'
import { fingerprint } from './fingerprint.ts'
import { owningWorkload } from './owning-workload.ts'
import type { IntakeContext } from './finish-draft.ts'
import type { AdmissionStore, Candidate, Intake, SilenceStore } from './port.ts'
import { signalPriority } from './priority.ts'
import { readPayload } from './read-payload.ts'
import type { ServiceDirectory } from './service-directory.ts'
import { coveredBy } from './silencing.ts'

/*
 * Payloads become signals, and signals are stored. Those that arrive during a commit wait for the next one and share it: many requests,
 * one transaction, and each answer is sent after it. The signals of one request are stored together or not at all.
 */

/** What intake works with. `context.now` is set for each delivery. */
export interface IntakeDeps {
  signals: Pick<SignalIntake, 'receive'>
  context: Omit<IntakeContext, 'now'>
  /** Epoch milliseconds. */
  now: () => number
}

/** Creates the way from a payload to the admission results of its signals. */
export function createIntake({ signals: signalIntake, context, now }: IntakeDeps): Intake {
  return {
    async receive({ source, body, headers, ...sender }) {
      const result = readPayload(source, body, { ...context, headers, now: new Date(now()).toISOString() })
      if ('problems' in result) return { kind: 'invalid', problems: result.problems }
      if ('reply' in result) return { kind: 'reply', body: result.reply }
      const { signals, skipped } = result
      if (signals.length === 0) return { kind: 'reply', body: { signals: [], skipped } }
      return { kind: 'taken', results: await signalIntake.receive(signals, sender) }
    },
  }
}

/** What signal intake works with. */
export interface SignalIntakeDeps {
  store: AdmissionStore
  silences: Pick<SilenceStore, 'current'>
  services: ServiceDirectory
  limits: Omit<JudgeRules, 'now'> & {
    /** Signals in memory that wait for their commit; more are refused for the moment. */
    max_waiting?: number
  }
  newId: (prefix: string) => string
  /** Epoch milliseconds. */
  now: () => number
}

/** The sender of signals. */
export interface Sender {
  /** Name of the caller. */
  caller: string
  trace_id: string
  /** A person waits for an answer about the present state. */
  wants_answer: boolean
}

/** Stores signals. */
export interface SignalIntake {
  /** One result per signal, in order, all of them on disk. Rejects with a CodedError that may be retried; nothing was stored then. */
  receive(signals: readonly Signal[], sender: Sender): Promise<AdmissionResult[]>
  /** Accepts nothing more; resolves when everything accepted is on disk. */
  close(): Promise<void>
}

interface Request {
  candidates: Candidate[]
  results: PromiseWithResolvers<AdmissionResult[]>
}

const maxBatchSize = 512

/** A commit costs the same disk time whatever its size, so requests shortly after a commit share the next one. */
const minCommitIntervalMs = 15

const defaultMaxWaiting = 20_000

/** Creates a signal intake that stores signals of many requests in one transaction. */
export function createSignalIntake(deps: SignalIntakeDeps): SignalIntake {
  return new BatchingIntake(deps)
}

class BatchingIntake implements SignalIntake {
  readonly #deps: SignalIntakeDeps
  #waiting: Request[] = []
  #waitingSignals = 0
  #committing: Promise<void> | undefined
  #closing = false
  /** When the last commit began, by the monotonic clock. */
  #lastCommitAt = Number.NEGATIVE_INFINITY

  constructor(deps: SignalIntakeDeps) {
    this.#deps = deps
  }

  async receive(signals: readonly Signal[], sender: Sender): Promise<AdmissionResult[]> {
    if (this.#closing) throw new CodedError('SRE_INTAKE_CLOSING', 'the service is stopping', { retry: true })
    if (signals.length === 0) return []
    if (this.#waitingSignals + signals.length > (this.#deps.limits.max_waiting ?? defaultMaxWaiting))
      throw new CodedError('SRE_INTAKE_BUSY', 'too many signals are waiting for the store', {
        retry: true,
      })
    const received_at = new Date(this.#deps.now()).toISOString()
    const judged = signals.map((signal) => this.#candidate(signal, sender, received_at))
    const [first] = judged
    const candidates = judged.map((candidate) => ({ ...candidate, request: first?.signal_id ?? '' }))
    const request: Request = { candidates, results: Promise.withResolvers() }
    this.#waiting.push(request)
    this.#waitingSignals += candidates.length
    this.#committing ??= this.#commitAll()
    return request.results.promise
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#committing
  }

  #candidate(
    signal: Signal,
    { caller, trace_id, wants_answer }: Sender,
    received_at: string,
  ): Omit<Candidate, 'request'> {
    const { newId, services } = this.#deps
    const print = fingerprint(signal)
    const service = services.serviceOf(signal)
    return {
      signal_id: newId('sig'),
      signal,
      fingerprint: print.fingerprint,
      fingerprint_fields: print.fields,
      problem_class: print.fields['problem'] ?? 'unspecified',
      workload: owningWorkload(signal.resource),
      service: service.name,
      priority: signalPriority(signal, service.entry?.tier),
      caller,
      trace_id,
      received_at,
      wants_answer,
      new_incident_id: newId('inc'),
    }
  }

  /** Never rejects: a failure rejects the requests of its batch. */
  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather()
      const batch = this.#take()
      this.#lastCommitAt = performance.now()
      try {
        await this.#commit(batch)
      } catch (error) {
        if (batch.length === 1) batch[0]?.results.reject(storeError(error))
        else await this.#commitOneByOne(batch)
      }
    }
    // Without a wait, because a caller that was answered may already send the next request.
    this.#committing = undefined
  }

  /** Requests within one turn of the event loop share a commit, as do requests shortly after another commit. */
  #gather(): Promise<unknown> {
    const wait = minCommitIntervalMs - (performance.now() - this.#lastCommitAt)
    return wait > 1 && this.#waitingSignals < maxBatchSize ? pause(wait) : nextTick()
  }

  #take(): Request[] {
    let signals = 0
    const count = this.#waiting.findIndex((request, index) => {
      signals += request.candidates.length
      return index > 0 && signals > maxBatchSize
    })
    const batch = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count)
    for (const { candidates } of batch) this.#waitingSignals -= candidates.length
    return batch
  }

  /** One request that the store refuses must not fail the others; after two failures in a row the store is taken to be down. */
  async #commitOneByOne(batch: readonly Request[]): Promise<void> {
    let failures = 0
    let last: unknown
    for (const request of batch) {
      if (failures >= 2) {
        request.results.reject(storeError(last))
        continue
      }
      try {
        await this.#commit([request])
        failures = 0
      } catch (error) {
        failures++
        last = error
        request.results.reject(storeError(error))
      }
    }
  }

  async #commit(batch: readonly Request[]): Promise<void> {
    const { store, silences, limits, now } = this.#deps
    const moment = now()
    const current = await silences.current(new Date(moment).toISOString())
    const candidates = batch
      .flatMap((request) => request.candidates)
      .map((candidate) => {
        const covered_by = this.#coverOf(candidate, { silences: current, now: moment })
        return covered_by === undefined ? candidate : { ...candidate, covered_by }
      })
    const judge = createJudge({ ...limits, now: moment })
    const results = await store.admit(candidates, judge)
    let from = 0
    for (const request of batch) {
      request.results.resolve(results.slice(from, from + request.candidates.length))
      from += request.candidates.length
    }
  }

  /** Silences are for alerts; a question is always answered. */
  #coverOf(candidate: Candidate, current: Parameters<typeof coveredBy>[2]): string | undefined {
    const { signal, service, wants_answer } = candidate
    if (wants_answer) return undefined
    const { services } = this.#deps
    if (services.isElsewhere(signal.cluster))
      return `the rule that only the watched cluster is investigated, not ${signal.cluster}`
    return coveredBy({ signal, service }, services.serviceOf(signal).entry, current)
  }
}

function storeError(cause: unknown): CodedError {
  if (cause instanceof CodedError && cause.code.startsWith('SRE_INTAKE_')) return cause
  return new CodedError('SRE_INTAKE_STORE_FAILED', 'the store did not accept the signals', { cause, retry: true })
}
