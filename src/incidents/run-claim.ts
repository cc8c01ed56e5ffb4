import { setTimeout as pause } from 'node:timers/promises'
import { boundSignal, untilAborted } from '#src/util/abort.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import { keepLease } from './lease.ts'
import type { Claim, QueueStore, RunEnd, TimelineNote, Investigation } from './port.ts'
import type { WorkerDeps } from './worker-deps.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Incident } from '#src/domain/signal.ts'

/** What came of a claim. `lost`: somebody else has it, and nothing of ours was stored. */
export type ClaimOutcome = 'stored' | 'released' | 'lost'

/* What a run ends with: its decision and what follows from it, or the answer where the run itself failed. Pure. */

const maxResources = 200

const firstBackOffMs = 5_000

const maxBackOffMs = 5 * 60_000

/**
 * One run from its claim to its end on disk. An investigator that throws or never ends gives a broken attempt with an honest
 * decision. When `ending` says that the process stops, the run is given back with what is kept of it.
 */
export async function runClaim(claim: Claim, deps: WorkerDeps, ending: AbortSignal): Promise<ClaimOutcome> {
  const started = deps.now()
  using lease = keepLease(claim, deps)
  using stop = boundSignal(ending)
  const lose = () => stop.abort(lease.lost.reason)
  lease.lost.addEventListener('abort', lose, { once: true })
  const notes = new StepNotes(deps.store, claim, (error) =>
    deps.logger.warn({ error, incident_id: claim.incident.id }, 'timeline not written'),
  )
  const end = withAfter(await investigate(claim, deps, stop.signal, notes), deps)
  await notes.flush()
  if (lease.lost.aborted) return 'lost'
  const stored = await storeEnd(claim, end, deps, lease.lost)
  if (!stored) return 'lost'
  if (end.kind === 'released') return 'released'
  await forget(claim, end, deps)
  noteDecision(end.decision, deps.logger, { trace_id: claim.trace_id, ms: deps.now() - started, end: end.kind })
  return 'stored'
}

async function investigate(claim: Claim, deps: WorkerDeps, stop: AbortSignal, notes: StepNotes): Promise<RunEnd> {
  const { investigator, limits, logger, now, owner } = deps
  const { incident, run_id, trace_id, resumes } = claim
  const started = now()
  const at = () => new Date(now()).toISOString()
  using bound = boundSignal(stop, { ms: limits.run_ms, reason: () => overdue(limits.run_ms) })
  const onStep = (step: string, ms: number) =>
    notes.add({ at: at(), kind: 'step', text: `${step} took ${Math.round(ms)} ms`, run_id, actor: owner })
  try {
    const work = investigator.investigate({ incident, run_id, trace_id, resumes, signal: bound.signal, onStep })
    const decision = await untilAborted(work, bound.signal)
    return endOfRun(incident, { ...decision, incident_id: incident.id, run_id })
  } catch (error) {
    if (stop.aborted) return { kind: 'released' }
    logger.error({ error, incident_id: incident.id, run_id, trace_id }, 'run failed')
    return broken(claim, deps, error, now() - started)
  }
}

/** A broken attempt that is tried again leaves approvals and executions as they are. */
function withAfter(end: RunEnd, { after, now }: WorkerDeps): RunEnd {
  if (end.kind !== 'decided' && end.kind !== 'failed') return end
  return { ...end, after: after(end.decision, now()) }
}

function broken(claim: Claim, { limits, now, random }: WorkerDeps, error: unknown, ms: number): RunEnd {
  const decision = failedDecision(claim, error, ms)
  const why = error instanceof CodedError ? error.message : 'an unexpected error'
  const failures = claim.failures + 1
  if (failures >= limits.max_failures) return { kind: 'failed', decision, why }
  return { kind: 'retry', decision, why, available_at: now() + backOff(failures, random) }
}

const maxPauseMs = 2_000

/** Tries until the store has it or the claim is lost: a store that is away for some seconds must not cost a run. */
async function storeEnd(claim: Claim, end: RunEnd, deps: WorkerDeps, lost: AbortSignal): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await deps.store.finish(claim, end, deps.now())
    } catch (error) {
      deps.logger.warn({ error, incident_id: claim.incident.id, attempt }, 'end of a run not stored yet')
      if (lost.aborted) return false
      const wait = Math.min(maxPauseMs, 50 * 2 ** Math.min(attempt, 10))
      await pause(wait, undefined, { signal: lost }).catch(() => undefined)
    }
  }
}

/** A failed attempt starts again from nothing: what made it fail may be in what was kept. */
async function forget({ run_id, incident }: Claim, end: RunEnd, { investigator, logger }: WorkerDeps): Promise<void> {
  if (end.kind === 'released') return
  await investigator.forget(run_id).catch((error: unknown) => {
    logger.warn({ error, incident_id: incident.id, run_id }, 'checkpoints of a run not deleted')
  })
}

/** Identities and figures, no text out of the cluster. */
function noteDecision(
  decision: Decision,
  logger: Logger,
  fields: { trace_id: string; ms: number; end: RunEnd['kind'] },
): void {
  const { incident_id, run_id, outcome, classification, stopped_by, usage, timings_ms } = decision
  const { severity } = classification
  logger.info({ ...fields, incident_id, run_id, outcome, severity, stopped_by }, 'incident decided')
  const root_causes = decision.root_causes.map(({ mechanism, resource }) => ({ mechanism, ...resource }))
  const gaps = decision.gaps.length
  logger.debug({ ...fields, run_id, root_causes, gaps, usage, timings_ms }, 'how it was decided')
}

function overdue(ms: number): CodedError {
  return new CodedError('SRE_INCIDENTS_RUN_OVERDUE', `it did not end within ${Math.round(ms / 1000)} s`)
}

const flushMs = 200

/**
 * Lines for the history of a run, written in batches so that a run of many quick steps does not cost a commit each. A line that
 * could not be written is dropped: the history is for people, and must not break a run.
 */
class StepNotes {
  readonly #store: Pick<QueueStore, 'note'>
  readonly #claim: Claim
  readonly #failed: (error: unknown) => void
  #waiting: TimelineNote[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(store: Pick<QueueStore, 'note'>, claim: Claim, failed: (error: unknown) => void) {
    this.#store = store
    this.#claim = claim
    this.#failed = failed
  }

  add(note: TimelineNote): void {
    this.#waiting.push(note)
    this.#timer ??= setTimeout(() => void this.flush(), flushMs)
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const notes = this.#waiting
    if (notes.length === 0) return
    this.#waiting = []
    await this.#store.note(this.#claim, notes).catch(this.#failed)
  }
}

/**
 * How a decision ends its run. Where nothing is wrong (any more) the incident is over; else it stays open, and its cause graph says
 * which later signals are consequences (`scope`) and which other incidents have the same cause (`cause_key`).
 */
export function endOfRun(incident: Incident, decision: Decision): RunEnd {
  const { outcome, causal_chain, root_causes } = decision
  if (outcome === 'healthy' || outcome === 'recovered')
    return { kind: 'decided', decision, close: `the verdict is ${outcome}`, scope: [] }
  const resources = [
    ...root_causes.map((root) => root.resource),
    ...causal_chain.flatMap(({ from, to }) => [from.resource, to.resource]),
  ]
  // All roots: an incident with one more cause than another is not the same problem.
  const causes = root_causes.map(({ mechanism, resource }) => `${mechanism} ${refKey(resource)}`).toSorted()
  return {
    kind: 'decided',
    decision,
    scope: distinct(resources).slice(0, maxResources),
    ...(causes.length > 0 && outcome === 'issue' && { cause_key: JSON.stringify([incident.cluster ?? '', ...causes]) }),
  }
}

function distinct(resources: readonly ResourceRef[]): ResourceRef[] {
  return [...new Map(resources.map((resource) => [refKey(resource), resource])).values()]
}

/** The decision where the run itself failed: unknown, with the gap, and without a stack trace. */
function failedDecision(
  request: Pick<Investigation, 'incident' | 'run_id' | 'trace_id'>,
  error: unknown,
  ms: number,
): Decision {
  const { incident, run_id, trace_id } = request
  const { kind, namespace, name } = incident.resource
  const why = error instanceof CodedError ? error.message : 'an unexpected error; the log has it under the trace id'
  return {
    incident_id: incident.id,
    run_id,
    trace_id,
    outcome: 'unknown',
    summary: `The investigation of ${kind} ${namespace ? `${namespace}/` : ''}${name} failed: ${why}`.slice(0, 400),
    classification: { category: 'unknown', severity: 'P3', service: name, confidence: 0 },
    root_causes: [],
    causal_chain: [],
    evidence: [],
    recommended_actions: [],
    gaps: [{ what: 'the investigation as a whole', why, needs: 'another try, or the log of the service' }],
    confidence: 0,
    stopped_by: 'critical_error',
    team_reports: [],
    usage: { turns: 0, tool_calls: 0, model_tokens: 0 },
    timings_ms: { total: ms },
  }
}

/** How long to wait after this many failed attempts (1, 2, ...): four times as long each time, up to a quarter longer at random. */
export function backOff(failures: number, random: () => number): number {
  const plain = Math.min(maxBackOffMs, firstBackOffMs * 4 ** (failures - 1))
  return Math.round(plain * (1 + random() / 4))
}
