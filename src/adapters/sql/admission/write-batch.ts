import { sql } from 'kysely'
import { insertNotes } from '#src/adapters/sql/append-notes.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'
import { storable, toJson } from '#src/adapters/sql/to-json.ts'
import type { Judged } from './judge-batch.ts'

const incidentColumns = {
  id: 'text',
  fingerprint: 'text',
  cluster: 'text',
  namespace: 'text',
  resource: 'text',
  problem_class: 'text',
  service: 'text',
  reason: 'text',
  message: 'text',
  status: 'text',
  status_reason: 'text',
  priority: 'text',
  trace_id: 'text',
  next_trace_id: 'text',
  signal_count: 'int',
  told: 'text',
  firing: 'text',
  opened_at: 'text',
  opened_ms: 'int',
  updated_at: 'text',
  last_signal_ms: 'int',
  queued_ms: 'int',
  claim_rank: 'int',
  available_ms: 'int',
  expires_ms: 'int',
  closed_at: 'text',
  timeline_seq: 'int',
} as const satisfies Columns

/** What each signal changes of its incident: no index holds any of it but the one of incidents that may fall quiet. */
const countColumns = {
  id: 'text',
  signal_count: 'int',
  told: 'text',
  firing: 'text',
  updated_at: 'text',
  last_signal_ms: 'int',
  timeline_seq: 'int',
} as const satisfies Columns

/** What some signals change of it: where it stands in the queue, and when it ends. */
const courseColumns = {
  id: 'text',
  status: 'text',
  status_reason: 'text',
  priority: 'text',
  next_trace_id: 'text',
  queued_ms: 'int',
  claim_rank: 'int',
  available_ms: 'int',
  expires_ms: 'int',
  resumes: 'int',
  woken: 'int',
  wake_expires_ms: 'int',
  close_after: 'text',
  closed_at: 'text',
} as const satisfies Columns
const course = Object.keys(courseColumns) as (keyof IncidentRow)[]

const signalColumns = {
  id: 'text',
  incident_id: 'text',
  status: 'text',
  reason: 'text',
  source: 'text',
  state: 'text',
  namespace: 'text',
  received_at: 'text',
  caller: 'text',
  trace_id: 'text',
  fingerprint: 'text',
  delivery_key: 'text',
  explanation: 'text',
  raw: 'text',
} as const satisfies Columns

const ownerColumns: Columns = { source: 'text', alert_key: 'text', incident_id: 'text', consequence: 'int' }

/** Writes what a batch came to, in a handful of statements. */
export async function writeBatch(transaction: Executor, engine: Engine, judged: Judged): Promise<void> {
  const opened = judged.incidents.filter((incident) => incident.is_new)
  const changed = judged.incidents.filter((incident) => !incident.is_new)
  const diverted = changed.filter(({ row, before }) => course.some((name) => row[name] !== before[name]))
  await engine.updateRows(transaction, 'incidents', rowsOf(diverted), courseColumns)
  await engine.updateRows(transaction, 'incidents', rowsOf(changed), countColumns)
  await engine.insertRows(transaction, 'incidents', rowsOf(opened), incidentColumns)
  const notes = judged.incidents.flatMap((incident) => incident.notes)
  await insertNotes(transaction, engine, notes)
  await writeOwners(transaction, engine, judged)
  await engine.insertRows(transaction, 'signals', judged.kept.map(signalRow), signalColumns)
}

function rowsOf(incidents: Judged['incidents']): IncidentRow[] {
  return incidents.map((incident) => incident.row)
}

async function writeOwners(executor: Executor, engine: Engine, { alert_keys }: Judged): Promise<void> {
  if (alert_keys.length === 0) return
  await sql`insert into alert_keys (source, alert_key, incident_id, consequence)
    select source, alert_key, incident_id, consequence from ${engine.rowsOf(alert_keys, ownerColumns)} as r where true
    on conflict (source, alert_key)
    do update set incident_id = excluded.incident_id, consequence = excluded.consequence`.execute(executor)
}

function signalRow({ candidate, fate }: Judged['kept'][number]): Record<string, unknown> {
  const { signal, fingerprint, fingerprint_fields, caller, trace_id, received_at } = candidate
  const { observed_at, resource, alert, reason: reported_reason } = signal
  return {
    id: fate.signal_id,
    incident_id: fate.incident_id,
    status: fate.status,
    reason: fate.reason,
    source: signal.source,
    state: signal.state,
    namespace: signal.namespace,
    received_at,
    caller,
    trace_id,
    fingerprint,
    delivery_key: signal.delivery_key,
    explanation: toJson({ observed_at, fingerprint_fields, resource, alert, reported_reason }),
    raw: storable(JSON.stringify(signal)),
  }
}
