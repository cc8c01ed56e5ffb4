import { setImmediate as nextTick } from 'node:timers/promises'
import type { LeaderConfig, RunContext } from './context.ts'
import type { StepNotes } from './run-memory.ts'
import { gapRecord, type LeaderState, type LeaderUpdate, roundMs } from './state.ts'
import { evaluateStop } from './stop-conditions.ts'

/** One step of the leader: reads the shared state, notes what it finds in full, and answers with what changes in the state. */
export type Step = (state: LeaderState, run: RunContext, notes: StepNotes) => Promise<LeaderUpdate>

/**
 * A step as a node of the graph: timed, stored in one write, and with its failure turned into a gap and a critical error, for an
 * exception would lose the decision. Only the end of the service and a journal that fails get through. After each step the stop
 * conditions are evaluated. Before each the event loop gets a turn, because steps that wait for nothing would block it otherwise.
 */
export function asNode(name: string, step: Step): (state: LeaderState, config: LeaderConfig) => Promise<LeaderUpdate> {
  return async (state, config) => {
    const run = config.context?.run
    if (!run) throw new Error('SRE_ORCHESTRATOR_NO_CONTEXT: the leader graph was run without its context')
    await nextTick()
    run.signal.throwIfAborted()
    const notes = run.memory.startStep(name, state.observations)
    const started = performance.now()
    const update = await step(state, run, notes).catch((error: unknown) => failed(name, error, run))
    const ms = roundMs(performance.now() - started)
    // Another replica may have resumed a run that was given up here: a late step must not overwrite what is stored by now.
    run.signal.throwIfAborted()
    const stored_steps = await notes.save()
    run.onStepEnded(name, ms)
    const stopped_by = update.stopped_by ?? stopAfter(state, update, run)
    return { ...update, stored_steps, timings: { [name]: ms }, stopped_by }
  }
}

function failed(name: string, error: unknown, run: RunContext): LeaderUpdate {
  run.signal.throwIfAborted()
  const why = error instanceof Error ? error.message : 'it failed without a reason'
  const gap = { what: `the step ${name} of the investigation`, why, needs: 'a repeat of the investigation' }
  return { critical_error: true, gaps: gapRecord([gap], run.snapshot.redact) }
}

function stopAfter(state: LeaderState, update: LeaderUpdate, run: RunContext) {
  const diagnosis = update.diagnosis ?? state.diagnosis
  return evaluateStop({
    turns: state.turns + (update.turns ?? 0),
    max_turns: run.settings.max_turns,
    confidence: update.diagnosis?.confidence,
    confidence_threshold: run.settings.confidence_threshold,
    unexplained: diagnosis?.unexplained.length ?? 0,
    teams_asked: state.teams_asked,
    teams_reported: Object.keys({ ...state.reports, ...update.reports }),
    more_to_observe: (update.to_observe ?? state.to_observe).length > 0,
    critical_error: update.critical_error ?? state.critical_error,
    elapsed_ms: run.clock() - run.started,
    allowed_ms: run.allowed_ms,
    tokens: state.tokens + (update.tokens ?? 0),
    token_budget: run.settings.token_budget,
  })
}
