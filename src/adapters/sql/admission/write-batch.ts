import { sql } from 'kysely'
import { insertNotes } from '../append-notes.ts'
import type { Columns, Engine, Executor } from '../engine.ts'
import type { IncidentRow } from '../tables.ts'
import { storable, toJson } from '../to-json.ts'
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

/** What a signal can change of an incident that was there before. */
const changeColumns = {
  id: 'text',
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
  resumes: 'int',
  woken: 'int',
  wake_expires_ms: 'int',
  close_after: 'text',
  closed_at: 'text',
  timeline_seq: 'int',
} as const satisfies Columns

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

const names = (columns: Columns) => sql.raw(Object.keys(columns).join(', '))
const incidentNames = names(incidentColumns)
const signalNames = names(signalColumns)
const changes = sql.raw(
  Object.keys(changeColumns)
    .filter((name) => name !== 'id')
    .map((name) => `${name} = r.${name}`)
    .join(', '),
)

/** Writes what a batch came to: five statements at most, whatever its size. */
export async function writeBatch(executor: Executor, engine: Engine, judged: Judged): Promise<void> {
  const changed = judged.incidents.filter((incident) => !incident.is_new).map((incident) => incident.row)
  const opened = judged.incidents.filter((incident) => incident.is_new).map((incident) => incident.row)
  if (changed.length > 0)
    await sql`update incidents set ${changes} from ${engine.rowsOf(only(changed, changeColumns), changeColumns)} as r
      where incidents.id = r.id`.execute(executor)
  if (opened.length > 0)
    await sql`insert into incidents (${incidentNames})
      select ${incidentNames} from ${engine.rowsOf(only(opened, incidentColumns), incidentColumns)} as r
      order by position`.execute(executor)
  const notes = judged.incidents.flatMap((incident) => incident.notes)
  await insertNotes(executor, engine, notes)
  await writeOwners(executor, engine, judged)
  if (judged.kept.length === 0) return
  await sql`insert into signals (${signalNames})
    select ${signalNames} from ${engine.rowsOf(judged.kept.map(signalRow), signalColumns)} as r order by position`.execute(
    executor,
  )
}

async function writeOwners(executor: Executor, engine: Engine, { alert_keys }: Judged): Promise<void> {
  if (alert_keys.length === 0) return
  await sql`insert into alert_keys (source, alert_key, incident_id, consequence)
    select source, alert_key, incident_id, consequence from ${engine.rowsOf(alert_keys, ownerColumns)} as r where true
    on conflict (source, alert_key)
    do update set incident_id = excluded.incident_id, consequence = excluded.consequence`.execute(executor)
}

function only(rows: readonly IncidentRow[], columns: Columns): Record<string, unknown>[] {
  const keys = Object.keys(columns) as (keyof IncidentRow)[]
  return rows.map((row) => Object.fromEntries(keys.map((key) => [key, row[key]])))
}

function signalRow({ candidate, fate }: Judged['kept'][number]): Record<string, unknown> {
  const { signal, fingerprint, fingerprint_fields, caller, trace_id, received_at } = candidate
  const { observed_at, resource, alert, reason: reason_told } = signal
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
    explanation: toJson({ observed_at, fingerprint_fields, resource, alert, reason_told }),
    raw: storable(JSON.stringify(signal)),
  }
}
