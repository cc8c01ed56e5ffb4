import type { Decision } from '#src/domain/decision.ts'
import { buildDecision } from '#src/orchestrator/build-decision.ts'
import type { CaseFile } from '#src/orchestrator/case-file.ts'
import type { LeaderState } from '#src/orchestrator/leader-state.ts'
import type { Step } from '#src/orchestrator/step.ts'

/** Writes the decision. Where its parts do not make one, it is an honest `unknown`: there is always a decision. */
export const conclude: Step = async (state, file) => {
  try {
    file.decision = buildDecision(state, file)
  } catch (error) {
    file.decision = withoutVerdict(state, file, error)
  }
  return { concluded: true }
}

function withoutVerdict(state: LeaderState, file: CaseFile, error: unknown): Decision {
  const why = file.redact(error instanceof Error ? error.message : 'it failed without a reason').slice(0, 200)
  const gap = { what: 'the verdict of the investigation', why, needs: 'a repeat of the investigation' }
  return {
    incident_id: file.incident.id,
    run_id: file.run_id,
    trace_id: file.trace_id,
    outcome: 'unknown',
    summary: 'No verdict: the investigation could not be concluded.',
    classification: { category: 'none', severity: 'P5', service: file.incident.resource.name, confidence: 0 },
    root_causes: [],
    causal_chain: [],
    evidence: [],
    recommended_actions: [],
    gaps: [...Object.values(state.gaps).slice(0, 10), gap],
    confidence: 0,
    stopped_by: 'critical_error',
    team_reports: [],
    usage: { turns: state.turns, tool_calls: state.tool_calls, model_tokens: state.tokens },
    timings_ms: { ...file.timings, total: file.clock() - file.started },
  }
}
