import type { IncidentState } from '#src/incidents/lifecycle-state.ts'

/** 2026-11-26T12:00:00Z. */
export const noon = Date.parse('2026-11-26T12:00:00.000Z')

/** A queued incident that was opened at noon, priority P3. */
export function incidentState(over: Partial<IncidentState> = {}): IncidentState {
  return {
    id: 'inc_1',
    status: 'queued',
    status_reason: 'it is new',
    priority: 'P3',
    next_trace_id: 'trace-1',
    signal_count: 1,
    reported: ['BackOff'],
    firing: [],
    updated_at: '2026-11-26T12:00:00.000Z',
    last_signal_ms: noon,
    queued_ms: noon,
    claim_rank: noon + 240_000,
    available_ms: 0,
    expires_ms: noon + 600_000,
    attempt: 0,
    failures: 0,
    owner: null,
    lease_until: null,
    run_id: null,
    resumes: false,
    rerun_requested: false,
    rerun_expires_ms: null,
    close_after: null,
    outcome: null,
    cause_key: null,
    decided_at: null,
    decided_ms: null,
    merged_into: null,
    closed_at: null,
    ...over,
  }
}

/** One whose run is under way. */
export function runningState(over: Partial<IncidentState> = {}): IncidentState {
  return incidentState({
    status: 'running',
    status_reason: null,
    attempt: 1,
    owner: 'w1',
    lease_until: noon + 30_000,
    run_id: 'run_1',
    ...over,
  })
}

/** One that was decided a minute after it was opened. */
export function decidedState(over: Partial<IncidentState> = {}): IncidentState {
  return incidentState({
    status: 'done',
    status_reason: null,
    attempt: 1,
    outcome: 'issue',
    decided_at: '2026-11-26T12:01:00.000Z',
    decided_ms: noon + 60_000,
    ...over,
  })
}
