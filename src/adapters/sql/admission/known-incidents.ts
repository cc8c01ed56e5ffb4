import { sql } from 'kysely'
import { refKey } from '#src/domain/resource-ref.ts'
import type { Candidate } from '#src/intake/admission/admission-store.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'

/** An incident found under a key of the candidates. */
type Found = IncidentRow & { found_by: string }

/** What the store knows that may concern a batch, each by the key under which it is looked up. */
export interface Known {
  by_fingerprint: Found[]
  /** Open, and what bore this fingerprint was merged into it. */
  by_merged_fingerprint: Found[]
  /** `consequence`: the alert came into it as one. */
  by_alert_key: (Found & { consequence: number })[]
  by_scope: Found[]
}

const alertKeys: Columns = { source: 'text', alert_key: 'text' }
const open = sql`i.status in ('queued', 'running', 'done')`

/** How long after its decision an incident is joined by signals about resources in its cause graph. */
const scopeMs = 30 * 60_000

/** One key for both parts of an alert's identity. */
export function alertKeyOf(source: string, alert_key: string): string {
  return `${source}\n${alert_key}`
}

/** Loads, and on PostgreSQL locks, the open incidents that may concern the batch. Each kind of key costs one statement at most. */
export async function loadKnown(executor: Executor, engine: Engine, batch: readonly Candidate[]): Promise<Known> {
  const by_fingerprint = await find(
    executor,
    sql<Found>`select i.*, i.fingerprint as found_by from incidents i
      where ${engine.isOneOf('i.fingerprint', printsOf(batch))} and ${open} ${engine.for_update}`,
  )
  const hit = new Set(by_fingerprint.map((row) => row.fingerprint))
  const rest = batch.filter((candidate) => !hit.has(candidate.fingerprint))
  return {
    by_fingerprint,
    by_alert_key: await loadByAlertKey(executor, engine, batch),
    by_merged_fingerprint: await loadMerged(executor, engine, rest),
    by_scope: await loadByScope(executor, engine, rest),
  }
}

/** The longest decided first. Ordered here: a planner that is to find rows over indexes would walk all incidents for the order's sake. */
async function find<Row extends IncidentRow>(
  executor: Executor,
  query: { execute(on: Executor): Promise<{ rows: Row[] }> },
): Promise<Row[]> {
  const { rows } = await query.execute(executor)
  return rows.toSorted(
    (left, right) => (left.decided_ms ?? 0) - (right.decided_ms ?? 0) || (left.id < right.id ? -1 : 1),
  )
}

function printsOf(batch: readonly Candidate[]): string[] {
  return [...new Set(batch.map((candidate) => candidate.fingerprint))]
}

function loadMerged(executor: Executor, engine: Engine, batch: readonly Candidate[]): Promise<Found[]> {
  if (batch.length === 0) return Promise.resolve([])
  return find(
    executor,
    sql<Found>`select i.*, m.fingerprint as found_by from incidents m join incidents i on i.id = m.merged_into
      where ${engine.isOneOf('m.fingerprint', printsOf(batch))} and m.merged_into is not null and ${open} ${engine.for_update}`,
  )
}

async function loadByAlertKey(
  executor: Executor,
  engine: Engine,
  batch: readonly Candidate[],
): Promise<Known['by_alert_key']> {
  const keys = new Map(
    batch.flatMap(({ signal: { source, alert_key } }) =>
      alert_key === undefined ? [] : [[alertKeyOf(source, alert_key), { source, alert_key }]],
    ),
  )
  if (keys.size === 0) return []
  const rows = await find(
    executor,
    sql<IncidentRow & { consequence: number; source: string; alert_key: string }>`
      select i.*, k.source, k.alert_key, k.consequence from ${engine.rowsOf([...keys.values()], alertKeys)} as r
      join alert_keys k on k.source = r.source and k.alert_key = r.alert_key
      join incidents i on i.id = k.incident_id where ${open} ${engine.for_update}`,
  )
  return rows.map((row) => ({ ...row, found_by: alertKeyOf(row.source, row.alert_key) }))
}

function loadByScope(executor: Executor, engine: Engine, batch: readonly Candidate[]): Promise<Found[]> {
  const firing = batch.filter((candidate) => candidate.signal.state === 'firing')
  const first = firing[0]
  if (!first) return Promise.resolve([])
  const keys = new Set(firing.flatMap((candidate) => scopeKeys(candidate)))
  const since = Date.parse(first.received_at) - scopeMs
  return find(
    executor,
    sql<Found>`select i.*, s.resource_key as found_by
      from incident_scope s join incidents i on i.id = s.incident_id
      where ${engine.isOneOf('s.resource_key', [...keys])} and ${open} and i.decided_ms >= ${since} ${engine.for_update}`,
  )
}

/** The resources of a candidate that may stand in another incident's cause graph. */
export function scopeKeys({ signal, workload }: Candidate): string[] {
  return [...new Set([refKey(workload), refKey(signal.resource)])]
}
