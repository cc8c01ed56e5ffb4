import { ResourceRef } from '#src/domain/resource-ref.ts'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { IncidentRow } from './tables.ts'

/* Rows back into the nouns that were stored. */

/** Epoch milliseconds as people read them. */
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

/** A list of texts of its JSON. */
export function toTexts(text: string): string[] {
  const list: unknown = JSON.parse(text)
  return Array.isArray(list) ? list.map(String) : []
}
