import { type RawBuilder, sql } from 'kysely'
import type { Incident } from '#src/domain/signal.ts'
import type { IncidentEvent } from '#src/incidents/lifecycle.ts'
import type { SweepRequest, Swept } from '#src/incidents/port.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import { isoOf, toIncident } from '#src/adapters/sql/incident-rows.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'
import { saveIncidents, TrackedIncident } from '#src/adapters/sql/tracked-incident.ts'

const leaseColumns: Columns = { incident_id: 'text', attempt: 'int', lease_until: 'int' }

/** Of each kind at a time: a sweep holds the lock of admissions. */
const maxBatchSize = 500

/** Ends what is due, inside a transaction. */
export async function sweepQueue(executor: Executor, engine: Engine, request: SweepRequest): Promise<Swept> {
  const sweep = { executor, engine }
  const abandoned = await sweepExpiredLeases(sweep, request)
  const { now: at, quiet_before } = request
  const due = sql`i.status = 'queued' and i.expires_ms <= ${at} and i.resumes = 0
    order by i.expires_ms limit ${maxBatchSize}`
  const expired = await applyToAll(sweep, due, { kind: 'queue_expired', at })
  const quiet = sql`i.status = 'done' and i.last_signal_ms < ${quiet_before}
    order by i.last_signal_ms limit ${maxBatchSize}`
  return { expired, abandoned, quiet: await applyToAll(sweep, quiet, { kind: 'quiet', at }) }
}

interface Sweep {
  executor: Executor
  engine: Engine
}

/** `where`: which incidents; the event decides about each of them. */
async function applyToAll(
  { executor, engine }: Sweep,
  where: RawBuilder<unknown>,
  event: IncidentEvent,
): Promise<Incident[]> {
  const { rows } = await sql<IncidentRow>`select i.* from incidents i where ${where} ${engine.for_update}`.execute(
    executor,
  )
  const changed = rows.map((row) => TrackedIncident.of(row)).filter((incident) => incident.apply(event))
  await saveIncidents(executor, engine, changed)
  return changed.map((incident) => toIncident(incident.row()))
}

/** A lease that was renewed since it was read is left alone. */
async function sweepExpiredLeases(sweep: Sweep, request: SweepRequest): Promise<Incident[]> {
  const { expired_leases, max_failures, retry_at, now } = request
  if (expired_leases.length === 0) return []
  const { executor, engine } = sweep
  const unchanged = sql`i.status = 'running' and exists (select 1 from ${engine.rowsOf(expired_leases, leaseColumns)} as r
    where i.id = r.incident_id and i.attempt = r.attempt and i.lease_until = r.lease_until)`
  const { rows } = await sql<IncidentRow>`select i.* from incidents i where ${unchanged} ${engine.for_update}`.execute(
    executor,
  )
  const incidents = rows.map((row) => TrackedIncident.of(row))
  for (const incident of incidents) {
    incident.apply({ kind: 'lease_expired', at: now, max_failures, retry_at })
    await interruptRun(executor, incident, isoOf(now))
  }
  await saveIncidents(executor, engine, incidents)
  return incidents.map((incident) => toIncident(incident.row()))
}

async function interruptRun(executor: Executor, { state }: TrackedIncident, at: string): Promise<void> {
  const finished_at = state.resumes ? null : at
  await sql`update runs set status = 'interrupted', finished_at = ${finished_at} where id = ${state.run_id}`.execute(
    executor,
  )
  if (!state.resumes) await sql`update threads set ended_at = ${at} where id = ${state.run_id}`.execute(executor)
}
