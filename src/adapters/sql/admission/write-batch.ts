import { sql } from 'kysely'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import { storable, toJson } from '#src/adapters/sql/to-json.ts'
import { saveIncidents } from '#src/adapters/sql/tracked-incident.ts'
import type { Judged } from './judge-batch.ts'

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

/** Writes the result of a batch, in a handful of statements. */
export async function writeBatch(transaction: Executor, engine: Engine, judged: Judged): Promise<void> {
  await saveIncidents(transaction, engine, judged.incidents)
  await writeOwners(transaction, engine, judged)
  await engine.insertRows(transaction, 'signals', judged.kept.map(signalRow), signalColumns)
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
