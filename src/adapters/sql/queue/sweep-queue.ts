import { sql } from 'kysely'
import type { Lease, SweepRequest, Swept } from '#src/incidents/queue-store.ts'
import { appendNotes, type Note } from '#src/adapters/sql/append-notes.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import { isoOf, toIncident } from '#src/adapters/sql/incident-rows.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'

const leases: Columns = { incident_id: 'text', attempt: 'int', lease_until: 'int' }

/** So many of each kind at a time: a sweep holds up those who admit. */
const most = 500

/** Writes down what has run out, inside a transaction. */
export async function sweepQueue(executor: Executor, engine: Engine, request: SweepRequest): Promise<Swept> {
  const sweep = { executor, engine, at: isoOf(request.now) }
  const abandoned = await sweepLapsed(sweep, request)
  const expired = await sweepExpired(sweep, request.now)
  const quiet = await sweepQuiet(sweep, request.quiet_before)
  return { expired: expired.map(toIncident), abandoned: abandoned.map(toIncident), quiet: quiet.map(toIncident) }
}

interface Sweep {
  executor: Executor
  engine: Engine
  at: string
}

async function sweepLapsed(sweep: Sweep, request: SweepRequest): Promise<IncidentRow[]> {
  const { executor, engine, at } = sweep
  if (request.lapsed.length === 0) return []
  const lapsed: readonly Lease[] = request.lapsed
  const { rows } = await sql<IncidentRow>`update incidents set
      status = case when failures + 1 >= ${request.most_failures} then 'failed' else 'queued' end,
      status_reason = case when failures + 1 >= ${request.most_failures}
        then 'whoever ran it vanished, for the last time' else 'whoever ran it vanished' end,
      resumes = case when failures + 1 >= ${request.most_failures} then 0 else 1 end,
      failures = failures + 1, owner = null, lease_until = null, available_ms = ${request.retry_at}, expires_ms = null,
      updated_at = ${at}
    where incidents.status = 'running' and exists (select 1 from ${engine.rowsOf(lapsed, leases)} as r
      where incidents.id = r.incident_id and incidents.attempt = r.attempt
        and incidents.lease_until = r.lease_until) returning *`.execute(executor)
  for (const row of rows) {
    const ended = row.status === 'failed'
    await sql`update runs set status = 'interrupted', finished_at = ${ended ? at : null} where id = ${row.run_id}`.execute(
      executor,
    )
    if (ended) await sql`update threads set ended_at = ${at} where id = ${row.run_id}`.execute(executor)
  }
  await appendNotes(
    executor,
    engine,
    rows.flatMap((row) => lapsedNotes(row, at)),
  )
  return rows
}

function lapsedNotes(row: IncidentRow, at: string): Note[] {
  const shared = { incident_id: row.id, at, run_id: row.run_id ?? undefined }
  const text = `the run was cut off: nobody has renewed its claim (${row.failures} in a row)`
  const first: Note = { ...shared, kind: 'interrupted', text }
  if (row.status !== 'failed') return [first]
  return [first, { ...shared, kind: 'dead_letter', text: 'no further try: a person can queue it again' }]
}

/** What was decided before stays open with that decision; the rest is given up, and said so. */
async function sweepExpired({ executor, engine, at }: Sweep, now: number): Promise<IncidentRow[]> {
  const { rows } = await sql<IncidentRow>`update incidents set
      status = case when decided_at is null then 'expired' else 'done' end,
      status_reason = 'it waited longer for a run than it was worth', updated_at = ${at}
    where id in (select i.id from incidents i where i.status = 'queued' and i.expires_ms <= ${now} and i.resumes = 0
      order by i.expires_ms limit ${most} ${engine.for_update}) and status = 'queued' returning *`.execute(executor)
  await appendNotes(
    executor,
    engine,
    rows.map((row) => ({ incident_id: row.id, at, kind: 'expired', text: expiredText(row) })),
  )
  return rows
}

async function sweepQuiet({ executor, engine, at }: Sweep, quiet_before: number): Promise<IncidentRow[]> {
  const { rows } =
    await sql<IncidentRow>`update incidents set status = 'closed', status_reason = 'nothing was heard of it any more',
      closed_at = ${at}, updated_at = ${at}
    where id in (select i.id from incidents i where i.status = 'done' and i.last_signal_ms < ${quiet_before}
      order by i.last_signal_ms limit ${most} ${engine.for_update}) and status = 'done' returning *`.execute(executor)
  const text = 'nothing was heard of it any more'
  await appendNotes(
    executor,
    engine,
    rows.map((row) => ({ incident_id: row.id, at, kind: 'closed', text })),
  )
  return rows
}

function expiredText({ status }: IncidentRow): string {
  return status === 'done'
    ? 'the run that it was woken for did not come in time; its last decision stands'
    : 'given up: it waited longer for a run than it was worth'
}
