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

/* Field by field: a copy by rest and spread takes several times as long, and admission makes one for each incident of a batch. */

/** The state of an incident of its row. */
export function toState(row: StateRow & { id: string }): IncidentState {
  return {
    id: row.id,
    status: row.status,
    status_reason: row.status_reason,
    priority: row.priority,
    next_trace_id: row.next_trace_id,
    signal_count: row.signal_count,
    reported: toTexts(row.told),
    firing: toTexts(row.firing),
    updated_at: row.updated_at,
    last_signal_ms: row.last_signal_ms,
    queued_ms: row.queued_ms,
    claim_rank: row.claim_rank,
    available_ms: row.available_ms,
    expires_ms: row.expires_ms,
    attempt: row.attempt,
    failures: row.failures,
    owner: row.owner,
    lease_until: row.lease_until,
    run_id: row.run_id,
    resumes: row.resumes === 1,
    rerun_requested: row.woken === 1,
    rerun_expires_ms: row.wake_expires_ms,
    close_after: row.close_after,
    outcome: row.outcome,
    cause_key: row.cause_key,
    decided_at: row.decided_at,
    decided_ms: row.decided_ms,
    merged_into: row.merged_into,
    closed_at: row.closed_at,
  }
}

/** The columns of a state. */
export function toStateRow(state: IncidentState): StateRow {
  return {
    status: state.status,
    status_reason: state.status_reason,
    priority: state.priority,
    next_trace_id: state.next_trace_id,
    signal_count: state.signal_count,
    told: toJson(state.reported),
    firing: toJson(state.firing),
    updated_at: state.updated_at,
    last_signal_ms: state.last_signal_ms,
    queued_ms: state.queued_ms,
    claim_rank: state.claim_rank,
    available_ms: state.available_ms,
    expires_ms: state.expires_ms,
    attempt: state.attempt,
    failures: state.failures,
    owner: state.owner,
    lease_until: state.lease_until,
    run_id: state.run_id,
    resumes: state.resumes ? 1 : 0,
    woken: state.rerun_requested ? 1 : 0,
    wake_expires_ms: state.rerun_expires_ms,
    close_after: state.close_after,
    outcome: state.outcome,
    cause_key: state.cause_key,
    decided_at: state.decided_at,
    decided_ms: state.decided_ms,
    merged_into: state.merged_into,
    closed_at: state.closed_at,
  }
}

function toTexts(text: string): string[] {
  const list: unknown = JSON.parse(text)
  return Array.isArray(list) ? list.map(String) : []
}
