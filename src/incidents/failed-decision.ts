import { CodedError } from '#src/domain/coded-error.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Investigation } from './investigator.ts'

/** The honest answer where the run itself broke: unknown, with the gap, and nobody's stack trace. */
export function failedDecision(
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
