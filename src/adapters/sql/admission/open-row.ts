import type { Candidate, Verdict } from '#src/intake/port.ts'
import { claimRank } from '#src/adapters/sql/claim-rank.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'

/** The row of an incident that a candidate opens. */
export function openRow(candidate: Candidate, verdict: Extract<Verdict, { kind: 'open' }>): IncidentRow {
  const { signal, received_at, priority, trace_id } = candidate
  const now = Date.parse(received_at)
  return {
    id: candidate.new_incident_id,
    fingerprint: candidate.fingerprint,
    cluster: signal.cluster ?? null,
    namespace: signal.namespace ?? null,
    resource: toJson(signal.resource),
    problem_class: candidate.problem_class,
    service: candidate.service,
    reason: signal.reason ?? null,
    message: signal.message ?? null,
    status: 'queued',
    status_reason: verdict.reason,
    priority,
    trace_id,
    next_trace_id: trace_id,
    signal_count: 1,
    told: '[]',
    firing: '[]',
    opened_at: received_at,
    opened_ms: now,
    updated_at: received_at,
    last_signal_ms: now,
    queued_ms: now,
    claim_rank: claimRank(now, priority),
    available_ms: 0,
    expires_ms: Date.parse(verdict.expires_at),
    ...untouched,
  }
}

const untouched = {
  attempt: 0,
  failures: 0,
  owner: null,
  lease_until: null,
  run_id: null,
  resumes: 0,
  woken: 0,
  wake_expires_ms: null,
  close_after: null,
  outcome: null,
  cause_key: null,
  decided_at: null,
  decided_ms: null,
  merged_into: null,
  closed_at: null,
  timeline_seq: 0,
}
