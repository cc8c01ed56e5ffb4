import { Decision } from '#src/domain/decision.ts'

/** A small whole decision about a missing variable; what a test is about is put over it. */
export function buildDecision(parts: Partial<Decision> = {}): Decision {
  const resource = { kind: 'Deployment', namespace: 'shop', name: 'cart' }
  return Decision.parse({
    incident_id: 'inc_1',
    run_id: 'run_1',
    trace_id: 'trace_1',
    outcome: 'issue',
    summary: 'Deployment cart needs CART_URL.',
    classification: { category: 'config', severity: 'P2', service: 'cart', confidence: 0.9 },
    root_causes: [
      { resource, mechanism: 'missing_env', statement: 'CART_URL is not set.', confidence: 0.9, evidence: ['ev_1'] },
    ],
    causal_chain: [
      {
        from: { resource, mechanism: 'missing_env' },
        to: { resource: { kind: 'Service', namespace: 'shop', name: 'cart' }, mechanism: 'service_without_endpoints' },
        because: 'it selects its pods',
      },
    ],
    evidence: [
      {
        id: 'ev_1',
        source: 'log',
        statement: 'CART_URL is required',
        observed_at: '2026-11-21T12:00:00.000Z',
        trust: 'workload_text',
        ref: { log: { pod: 'cart-1', container: 'app', restart: 2, line_hash: 'aa' } },
      },
    ],
    recommended_actions: [
      {
        id: 'act_1',
        kind: 'set_env',
        target: resource,
        params: { container: 'app', name: 'CART_URL' },
        params_from: { name: 'ev_1' },
        needs: [{ param: 'value', ask: 'Which address has the cart?' }],
        reason: 'The program does not start without it.',
        risk: 'low',
        reversible: true,
        what_if: { would_resolve: 'yes', because: 'the variable is what it misses' },
        guard: { verdict: 'needs_approval', reasons: ['changes are approved by people'] },
        approval: { required: true, status: 'required' },
      },
    ],
    gaps: [{ what: 'metrics', why: 'no source', needs: 'a metrics source' }],
    confidence: 0.9,
    stopped_by: 'all_teams_reported',
    team_reports: [],
    usage: { turns: 3, tool_calls: 2, model_tokens: 0 },
    timings_ms: { total: 12 },
    ...parts,
  })
}
