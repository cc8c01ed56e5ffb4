import { setImmediate as nextTick } from 'node:timers/promises'
import type { CaseFile, LeaderConfig } from './case-file.ts'
import { gapRecord } from './gap-record.ts'
import type { LeaderState, LeaderUpdate } from './leader-state.ts'
import { evaluateStop } from './stop-conditions.ts'

/** One step of the leader: reads the shared state and the case file, answers with what changes. */
export type Step = (state: LeaderState, file: CaseFile) => Promise<LeaderUpdate>

/**
 * A step as a node of the graph: timed, and with its failure turned into a gap and a critical error, for an exception would lose
 * the decision. Only the end of the service gets through. After each step the stop conditions are evaluated. Before each the
 * event loop gets a turn: steps that wait for nothing would otherwise keep everybody else from it.
 */
export function asNode(name: string, step: Step): (state: LeaderState, config: LeaderConfig) => Promise<LeaderUpdate> {
  return async (state, config) => {
    const file = config.context?.case_file
    if (!file) throw new Error('SRE_ORCHESTRATOR_NO_CONTEXT: the leader graph was run without its context')
    await nextTick()
    file.signal.throwIfAborted()
    const started = performance.now()
    const update = await step(state, file).catch((error: unknown) => failed(name, error, file))
    const spent = performance.now() - started
    file.timings[name] = round((file.timings[name] ?? 0) + spent)
    // What was given up is gone on with elsewhere; a late step must not write into what others keep by now.
    file.signal.throwIfAborted()
    await file.keep()
    file.told(name, round(spent))
    return { ...update, stopped_by: update.stopped_by ?? stopAfter(state, update, file) }
  }
}

function failed(name: string, error: unknown, file: CaseFile): LeaderUpdate {
  file.signal.throwIfAborted()
  const why = error instanceof Error ? error.message : 'it failed without a reason'
  const gap = { what: `the step ${name} of the investigation`, why, needs: 'a repeat of the investigation' }
  return { critical_error: true, gaps: gapRecord([gap], file.redact) }
}

function stopAfter(state: LeaderState, update: LeaderUpdate, file: CaseFile) {
  const diagnosis = update.diagnosis ?? state.diagnosis
  return evaluateStop({
    turns: state.turns + (update.turns ?? 0),
    max_turns: file.settings.max_turns,
    confidence: update.diagnosis?.confidence,
    confidence_threshold: file.settings.confidence_threshold,
    unexplained: diagnosis?.unexplained.length ?? 0,
    teams_asked: state.teams_asked,
    teams_reported: Object.keys({ ...state.reports, ...update.reports }),
    more_to_see: (update.look_at ?? state.look_at).length > 0,
    critical_error: update.critical_error ?? state.critical_error,
    elapsed_ms: file.clock() - file.started,
    allowed_ms: file.allowed_ms,
    tokens: state.tokens + (update.tokens ?? 0),
    token_budget: file.settings.token_budget,
  })
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
