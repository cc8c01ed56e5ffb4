import { ResourceRef } from '#src/domain/resource-ref.ts'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { IncidentState } from '#src/incidents/lifecycle-state.ts'
import type { Columns } from './engine.ts'
import type { IncidentRow } from './tables.ts'
import { toJson } from './to-json.ts'

/* Rows of incidents to the values that were stored, and back. */

/** Epoch milliseconds as ISO text. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** An incident of its row. */
export function toIncident(row: IncidentRow): Incident {
  const { id, fingerprint, cluster, namespace, resource, problem_class, service, reason, message } = row
  return {
    id,
    fingerprint,
    cluster: cluster ?? undefined,
    namespace: namespace ?? undefined,
    resource: toResource(resource),
    problem_class,
    service,
    reason: reason ?? undefined,
    message: message ?? undefined,
    signal_count: row.signal_count,
    opened_at: row.opened_at,
  }
}

/** A resource reference of its JSON. */
export function toResource(text: string): ResourceRef {
  return ResourceRef.parse(JSON.parse(text))
}

/** An incident with its state, without a decision. */
export function toRecord(row: IncidentRow): IncidentRecord {
  const queued = row.status === 'queued'
  return {
    incident: toIncident(row),
    status: row.status,
    status_reason: row.status_reason ?? undefined,
    priority: row.priority,
    trace_id: row.trace_id,
    updated_at: row.updated_at,
    failures: row.failures,
    expires_at: queued && row.expires_ms !== null ? isoOf(row.expires_ms) : undefined,
    available_at: queued && row.available_ms > 0 ? isoOf(row.available_ms) : undefined,
    merged_into: row.merged_into ?? undefined,
    closed_at: row.closed_at ?? undefined,
  }
}

/** What an incident's life changes, as its columns have it. */
export const stateColumns = {
  status: 'text',
  status_reason: 'text',
  priority: 'text',
  next_trace_id: 'text',
  signal_count: 'int',
  told: 'text',
  firing: 'text',
  updated_at: 'text',
  last_signal_ms: 'int',
  queued_ms: 'int',
  claim_rank: 'int',
  available_ms: 'int',
  expires_ms: 'int',
  attempt: 'int',
  failures: 'int',
  owner: 'text',
  lease_until: 'int',
  run_id: 'text',
  resumes: 'int',
  woken: 'int',
  wake_expires_ms: 'int',
  close_after: 'text',
  outcome: 'text',
  cause_key: 'text',
  decided_at: 'text',
  decided_ms: 'int',
  merged_into: 'text',
  closed_at: 'text',
} as const satisfies Columns

export type StateRow = Pick<IncidentRow, keyof typeof stateColumns>

/** The state of an incident of its row. */
export function toState(row: StateRow & { id: string }): IncidentState {
  const { id, told, firing, resumes, woken, wake_expires_ms, ...same } = row
  return {
    id,
    status: same.status,
    status_reason: same.status_reason,
    priority: same.priority,
    next_trace_id: same.next_trace_id,
    signal_count: same.signal_count,
    reported: toTexts(told),
    firing: toTexts(firing),
    updated_at: same.updated_at,
    last_signal_ms: same.last_signal_ms,
    queued_ms: same.queued_ms,
    claim_rank: same.claim_rank,
    available_ms: same.available_ms,
    expires_ms: same.expires_ms,
    attempt: same.attempt,
    failures: same.failures,
    owner: same.owner,
    lease_until: same.lease_until,
    run_id: same.run_id,
    resumes: resumes === 1,
    rerun_requested: woken === 1,
    rerun_expires_ms: wake_expires_ms,
    close_after: same.close_after,
    outcome: same.outcome,
    cause_key: same.cause_key,
    decided_at: same.decided_at,
    decided_ms: same.decided_ms,
    merged_into: same.merged_into,
    closed_at: same.closed_at,
  }
}

/** The columns of a state. */
export function toStateRow(state: IncidentState): StateRow {
  const { id: _id, reported, firing, resumes, rerun_requested, rerun_expires_ms, ...same } = state
  return {
    ...same,
    told: toJson(reported),
    firing: toJson(firing),
    resumes: resumes ? 1 : 0,
    woken: rerun_requested ? 1 : 0,
    wake_expires_ms: rerun_expires_ms,
  }
}

function toTexts(text: string): string[] {
  const list: unknown = JSON.parse(text)
  return Array.isArray(list) ? list.map(String) : []
}
