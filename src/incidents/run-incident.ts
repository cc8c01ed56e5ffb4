import { boundSignal } from '../domain/bound-signal.ts'
import { CodedError } from '../domain/coded-error.ts'
import type { Decision } from '../domain/decision.ts'
import type { Logger } from '../telemetry/logger.ts'
import { failedDecision } from './failed-decision.ts'
import type { DeskDeps } from './desk-deps.ts'
import type { Admission } from './incident-store.ts'
import type { Investigation } from './investigator.ts'

/**
 * One run from its start on disk to its end on disk. An investigator that throws or never ends gives a failed run with an honest
 * decision; rejects only where the store fails or `ending` says that the service stops (then nothing is stored as the end).
 */
export async function runIncident(admission: Admission, deps: DeskDeps, ending: AbortSignal): Promise<Decision> {
  const { store, now, newId } = deps
  const { incident, trace_id } = admission
  const run = { incident, run_id: newId('run'), trace_id }
  const started = now()
  await store.startRun({
    run_id: run.run_id,
    incident_id: incident.id,
    trace_id,
    started_at: new Date(started).toISOString(),
  })
  const { status, decision } = await investigate(run, deps, ending)
  ending.throwIfAborted()
  await store.finishRun({ run_id: run.run_id, status, decision, finished_at: new Date(now()).toISOString() })
  noteDecision(decision, deps.logger, { trace_id, ms: now() - started })
  return decision
}

/** Identities and figures, no text out of the cluster. */
function noteDecision(decision: Decision, logger: Logger, fields: { trace_id: string; ms: number }): void {
  const { incident_id, run_id, outcome, classification, stopped_by, usage, timings_ms } = decision
  const { severity } = classification
  logger.info({ ...fields, incident_id, run_id, outcome, severity, stopped_by }, 'incident decided')
  const root_causes = decision.root_causes.map(({ mechanism, resource }) => ({ mechanism, ...resource }))
  const gaps = decision.gaps.length
  logger.debug({ ...fields, run_id, root_causes, gaps, usage, timings_ms }, 'how it was decided')
}

type Ended = { status: 'done' | 'failed'; decision: Decision }

async function investigate(run: Omit<Investigation, 'signal'>, deps: DeskDeps, ending: AbortSignal): Promise<Ended> {
  const { investigator, limits, logger, now } = deps
  const started = now()
  using bound = boundSignal(ending, { ms: limits.run_ms, reason: () => overdue(limits.run_ms) })
  const { signal } = bound
  try {
    const decision = await orAborted(investigator.investigate({ ...run, signal }), signal)
    return { status: 'done', decision: { ...decision, incident_id: run.incident.id, run_id: run.run_id } }
  } catch (error) {
    if (!ending.aborted)
      logger.error({ error, incident_id: run.incident.id, run_id: run.run_id, trace_id: run.trace_id }, 'run failed')
    return { status: 'failed', decision: failedDecision(run, error, now() - started) }
  }
}

function overdue(ms: number): CodedError {
  return new CodedError('SRE_INCIDENTS_RUN_OVERDUE', `it did not end within ${Math.round(ms / 1000)} s`)
}

/** What an investigator does after an abort is not waited for. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const stop = () => aborted.reject(signal.reason)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', stop))
}
