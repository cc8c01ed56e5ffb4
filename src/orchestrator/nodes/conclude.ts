import type { Decision } from '#src/domain/decision.ts'
import type { RunContext } from '#src/orchestrator/context.ts'
import { buildDecision, timingsOf, usageOf } from '#src/orchestrator/decision.ts'
import type { LeaderState } from '#src/orchestrator/state.ts'
import type { Step } from '#src/orchestrator/step.ts'

/** Writes the decision. Where its parts do not make one, it is an honest `unknown`: there is always a decision. */
export const conclude: Step = async (state, run, notes) => {
  notes.add({ decision: decide(state, run) })
  return { concluded: true }
}

function decide(state: LeaderState, run: RunContext): Decision {
  try {
    return buildDecision(state, run)
  } catch (error) {
    return withoutVerdict(state, run, error)
  }
}

function withoutVerdict(state: LeaderState, run: RunContext, error: unknown): Decision {
  const reason = error instanceof Error ? error.message : 'it failed without a reason'
  const why = run.snapshot.redact(reason).slice(0, 200)
  const gap = { what: 'the verdict of the investigation', why, needs: 'a repeat of the investigation' }
  return {
    incident_id: run.incident.id,
    run_id: run.run_id,
    trace_id: run.trace_id,
    outcome: 'unknown',
    summary: 'No verdict: the investigation could not be concluded.',
    classification: { category: 'none', severity: 'P5', service: run.incident.resource.name, confidence: 0 },
    root_causes: [],
    causal_chain: [],
    evidence: [],
    recommended_actions: [],
    gaps: [...Object.values(state.gaps).slice(0, 10), gap],
    confidence: 0,
    stopped_by: 'critical_error',
    team_reports: [],
    usage: usageOf(state),
    timings_ms: timingsOf(state, run),
  }
}
