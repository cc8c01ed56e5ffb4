import { setImmediate as nextTick, setTimeout as pause } from 'node:timers/promises'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Signal } from '#src/domain/signal.ts'
import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { AdmissionStore, Candidate } from './admission/admission-store.ts'
import { createJudge, type JudgeRules } from './admission/create-judge.ts'
import type { SilenceStore } from './admission/silence-store.ts'
import { fingerprint } from './problem/fingerprint.ts'
import { owningWorkload } from './problem/owning-workload.ts'
import type { ServiceDirectory } from './services/service-directory.ts'
import type { ServiceEntry, ServiceTier } from '#src/domain/service-catalogue.ts'
import type { Silence } from '#src/domain/silence.ts'
import { isOpen } from './silences/maintenance-window.ts'
import { type Matchable, matches } from './silences/matches.ts'
import { Priority, priorityOf } from '#src/domain/severity.ts'

/*
 * Where signals are handed in. Those that arrive while a commit is under way wait for the next one and share it: many requests, one
 * transaction, and each answer goes out after it. What one request hands in is kept altogether or not at all.
 */

/** What the desk works with. */
export interface IntakeDeskDeps {
  store: AdmissionStore
  silences: Pick<SilenceStore, 'current'>
  services: ServiceDirectory
  limits: Omit<JudgeRules, 'now'> & {
    /** Signals in memory that wait for their commit; more are turned away for now. */
    most_waiting?: number
  }
  newId: (prefix: string) => string
  /** Epoch milliseconds. */
  now: () => number
}

/** Who hands signals in. */
export interface Sender {
  /** Name of the caller. */
  caller: string
  trace_id: string
  /** A person waits for an answer about the state as it is now. */
  wants_answer: boolean
}

/** Takes signals in. */
export interface SignalIntake {
  /** One fate per signal, in order, all of them on disk. Rejects with a CodedError that may be retried; nothing was kept then. */
  receive(signals: readonly Signal[], sender: Sender): Promise<AdmissionResult[]>
  /** Takes nothing more; resolves when what was taken is on disk. */
  close(): Promise<void>
}

interface Request {
  candidates: Candidate[]
  fates: PromiseWithResolvers<AdmissionResult[]>
}

const mostInCommit = 512

/** A commit costs the disk's time whatever it holds: under load, those that come close behind one share the next. */
const commitsApartMs = 15

const defaultMostWaiting = 20_000

/** What may cover a signal. */
interface Covers {
  silences: readonly Silence[]
  /** Epoch milliseconds. */
  now: number
}

/** Alerts about what users see, by the usual words for it. */
const userFacing =
  /error.?rate|errors?.?budget|burn.?rate|latency|slo\b|slow.?response|\b5\d\d\b|5xx|availability|uptime|synthetic|checkout/i

const entrances: ReadonlySet<string> = new Set(['Ingress', 'Service', 'HTTPRoute', 'Gateway'])

/** Creates the desk. */
export function createIntakeDesk(deps: IntakeDeskDeps): SignalIntake {
  return new CommittingDesk(deps)
}

class CommittingDesk implements SignalIntake {
  readonly #deps: IntakeDeskDeps
  #waiting: Request[] = []
  #waitingSignals = 0
  #committing: Promise<void> | undefined
  #closing = false
  /** When the last commit began, by the process's own clock. */
  #committed = Number.NEGATIVE_INFINITY

  constructor(deps: IntakeDeskDeps) {
    this.#deps = deps
  }

  async receive(signals: readonly Signal[], sender: Sender): Promise<AdmissionResult[]> {
    if (this.#closing) throw new CodedError('SRE_INTAKE_CLOSING', 'the service is stopping', { retry: true })
    if (signals.length === 0) return []
    if (this.#waitingSignals + signals.length > (this.#deps.limits.most_waiting ?? defaultMostWaiting))
      throw new CodedError('SRE_INTAKE_BUSY', 'more signals wait for the store than are held in memory', {
        retry: true,
      })
    const received_at = new Date(this.#deps.now()).toISOString()
    const judged = signals.map((signal) => this.#candidate(signal, sender, received_at))
    const [first] = judged
    const candidates = judged.map((candidate) => ({ ...candidate, request: first?.signal_id ?? '' }))
    const request: Request = { candidates, fates: Promise.withResolvers() }
    this.#waiting.push(request)
    this.#waitingSignals += candidates.length
    this.#committing ??= this.#commitAll()
    return request.fates.promise
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

  /** Never rejects: a failure belongs to the requests that it hit. */
  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather()
      const batch = this.#take()
      this.#committed = performance.now()
      try {
        await this.#commit(batch)
      } catch (error) {
        if (batch.length === 1) batch[0]?.fates.reject(storeError(error))
        else await this.#commitOneByOne(batch)
      }
    }
    // At once, for whoever is answered may already hand in the next one.
    this.#committing = undefined
  }

  /** What arrives within one turn of the event loop shares a commit; so does what comes shortly after another commit. */
  #gather(): Promise<unknown> {
    const wait = commitsApartMs - (performance.now() - this.#committed)
    return wait > 1 && this.#waitingSignals < mostInCommit ? pause(wait) : nextTick()
  }

  #take(): Request[] {
    let signals = 0
    const count = this.#waiting.findIndex((request, index) => {
      signals += request.candidates.length
      return index > 0 && signals > mostInCommit
    })
    const batch = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count)
    for (const { candidates } of batch) this.#waitingSignals -= candidates.length
    return batch
  }

  /** One request that the store cannot take must not spoil the others; two in a row say that it takes nothing. */
  async #commitOneByOne(batch: readonly Request[]): Promise<void> {
    let failures = 0
    let last: unknown
    for (const request of batch) {
      if (failures >= 2) {
        request.fates.reject(storeError(last))
        continue
      }
      try {
        await this.#commit([request])
        failures = 0
      } catch (error) {
        failures++
        last = error
        request.fates.reject(storeError(error))
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
    const fates = await store.admit(candidates, judge)
    let from = 0
    for (const request of batch) {
      request.fates.resolve(fates.slice(from, from + request.candidates.length))
      from += request.candidates.length
    }
  }

  /** Silences are for alerts: who asks is answered. */
  #coverOf(candidate: Candidate, covers: Parameters<typeof coveredBy>[2]): string | undefined {
    const { signal, service, wants_answer } = candidate
    if (wants_answer) return undefined
    const { services } = this.#deps
    if (services.isElsewhere(signal.cluster))
      return `the rule that only the cluster watched here is looked at, not ${signal.cluster}`
    return coveredBy({ signal, service }, services.serviceOf(signal).entry, covers)
  }
}

function storeError(cause: unknown): CodedError {
  if (cause instanceof CodedError && cause.code.startsWith('SRE_INTAKE_')) return cause
  return new CodedError('SRE_INTAKE_STORE_FAILED', 'the store did not take it', { cause, retry: true })
}

/** Which silence or maintenance window covers a signal, in words; undefined where none does. Pure. */
export function coveredBy(matchable: Matchable, entry: ServiceEntry | undefined, covers: Covers): string | undefined {
  const silence = covers.silences.find(
    (candidate) =>
      isInForce(candidate, covers.now) && candidate.matchers.every((matcher) => matches(matcher, matchable)),
  )
  if (silence) return `silence ${silence.id} of ${silence.created_by} until ${silence.ends_at}${note(silence.comment)}`
  const window = entry?.maintenance.find((candidate) => isOpen(candidate, covers.now))
  return entry && window ? `a maintenance window of ${entry.name}${note(window.comment)}` : undefined
}

function isInForce({ starts_at, ends_at, matchers }: Silence, now: number): boolean {
  return matchers.length > 0 && Date.parse(starts_at) <= now && now < Date.parse(ends_at)
}

function note(comment: string): string {
  return comment ? `: ${comment.slice(0, 200)}` : ''
}

/**
 * How urgent: from the severity (a signal without one is P3), one step up where users are hit, one up or down for the service's
 * criticality. Only a critical service reaches P1 by its criticality. What is told for information stays P5.
 */
export function signalPriority(signal: Signal, tier: ServiceTier = 'normal'): Priority {
  const severity = signal.severity ?? 'medium'
  if (severity === 'info') return 'P5'
  const told = Priority.options.indexOf(priorityOf(severity))
  const felt = told - (hitsUsers(signal) ? 1 : 0)
  return Priority.options[clamp(felt + tierStep(tier, felt))] ?? 'P3'
}

function tierStep(tier: ServiceTier, felt: number): number {
  if (tier === 'critical') return -1
  if (tier === 'high') return felt > 1 ? -1 : 0
  return tier === 'low' ? 1 : 0
}

function hitsUsers({ resource, alert, labels }: Signal): boolean {
  const told = labels?.['user_impact'] ?? labels?.['user_facing'] ?? labels?.['impact']
  if (told !== undefined) return /^(?:true|yes|high|critical|users?|customers?)$/i.test(told)
  return entrances.has(resource.kind) || (alert !== undefined && userFacing.test(alert))
}

function clamp(index: number): number {
  return Math.max(0, Math.min(Priority.options.length - 1, index))
}
