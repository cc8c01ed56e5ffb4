import type { SignalRecord } from '#src/domain/admission-result.ts'
import type { SignalRow } from './tables.ts'

type Explanation = Pick<SignalRecord, 'observed_at' | 'fingerprint_fields' | 'resource' | 'alert' | 'reported_reason'>

/** A signal as it was kept; its own words are gone with its raw body. */
export function toSignalRecord(row: SignalRow): SignalRecord {
  const explanation = JSON.parse(row.explanation) as Explanation
  const raw = row.raw === null ? {} : (JSON.parse(row.raw) as { message?: string })
  return {
    signal_id: row.id,
    incident_id: row.incident_id ?? undefined,
    status: row.status,
    reason: row.reason,
    source: row.source,
    state: row.state,
    received_at: row.received_at,
    caller: row.caller,
    trace_id: row.trace_id,
    fingerprint: row.fingerprint,
    ...explanation,
    message: raw.message,
  }
}
