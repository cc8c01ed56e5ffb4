import { z } from 'zod'
import type { Decision } from '../../domain/decision.ts'
import type { IncidentRecord } from '../../domain/incident-record.ts'
import { ResourceRef } from '../../domain/resource-ref.ts'
import type { Incident } from '../../domain/signal.ts'
import type { Admission } from '../../incidents/incident-store.ts'
import type { IncidentRow } from './tables.ts'

/* Rows back into the nouns that were stored. */

/** An incident of its row. */
export function toIncident(row: IncidentRow): Incident {
  const { id, fingerprint, namespace, resource, reason, message, signal_count, opened_at } = row
  return {
    id,
    fingerprint,
    namespace: namespace ?? undefined,
    resource: ResourceRef.parse(JSON.parse(resource)),
    reason: reason ?? undefined,
    message: message ?? undefined,
    signal_count,
    opened_at,
  }
}

/** An incident with the trace that opened it. */
export function toAdmission(row: IncidentRow): Admission {
  return { incident: toIncident(row), trace_id: row.trace_id }
}

/** An incident with its state, without a decision. */
export function toRecord(row: IncidentRow): IncidentRecord {
  const { status, trace_id, updated_at } = row
  return { incident: toIncident(row), status, trace_id, updated_at }
}

const Body = z.record(z.string(), z.unknown())

/** A decision of its body and the rows of its evidence: what this service wrote is not validated again field by field. */
export function toDecision(body: string, evidence: { body: string }[]): Decision {
  const facts: unknown[] = evidence.map((row) => JSON.parse(row.body))
  return { ...Body.parse(JSON.parse(body)), evidence: facts } as unknown as Decision
}
