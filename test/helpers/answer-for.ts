import type { Decision } from '#src/domain/decision.ts'
import type { Investigation } from '#src/incidents/port.ts'

/** A small whole decision for a request: healthy, with two facts. */
export function answerFor(
  request: Pick<Investigation, 'incident' | 'run_id' | 'trace_id'>,
  over: Partial<Decision> = {},
): Decision {
  const { incident, run_id, trace_id } = request
  return {
    incident_id: incident.id,
    run_id,
    trace_id,
    outcome: 'healthy',
    summary: 'Nothing is wrong.',
    classification: { category: 'none', severity: 'P5', service: incident.resource.name, confidence: 0.9 },
    root_causes: [],
    causal_chain: [],
    evidence: [
      {
        id: 'ev_2',
        source: 'object',
        statement: 'two of two replicas are available',
        observed_at: '2026-11-21T12:00:00Z',
        trust: 'api',
        ref: { object: { kind: 'Deployment', namespace: 'payments', name: 'gateway', path: '.status' } },
      },
      {
        id: 'ev_1',
        source: 'event',
        statement: 'pulled "the image"; it\'s there ✓',
        observed_at: '2026-11-21T12:00:00Z',
        trust: 'workload_text',
        ref: { event: { uid: 'u1' } },
      },
    ],
    recommended_actions: [],
    gaps: [{ what: 'metrics', why: 'no source', needs: 'a metrics source' }],
    confidence: 0.9,
    stopped_by: 'high_confidence',
    team_reports: [],
    usage: { turns: 1, tool_calls: 0, model_tokens: 0 },
    timings_ms: { total: 5 },
    ...over,
  }
}
