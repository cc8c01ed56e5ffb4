import { type RawBuilder, sql } from 'kysely'
import type { QueueItem } from '#src/domain/queue-view.ts'
import type {
  Claim,
  ClaimRequest,
  Lease,
  QueueStore,
  QueueWatch,
  RunEnd,
  StoredQueue,
  SweepRequest,
  Swept,
  TimelineNote,
} from '#src/incidents/port.ts'
import { type Engine, type Executor, type Access, transact, type Columns } from '#src/adapters/sql/engine.ts'
import { isoOf, toIncident, toRecord } from '#src/adapters/sql/incident-rows.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'
import { saveIncidents, TrackedIncident } from '#src/adapters/sql/tracked-incident.ts'
import { finishRun, lockClaimed } from './finish-run.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { IncidentEvent } from '#src/incidents/lifecycle.ts'

const leaseColumns: Columns = { incident_id: 'text', attempt: 'int', lease_until: 'int' }

/** Of each kind at a time: a sweep holds the lock of admissions. */
const maxBatchSize = 500

interface Sweep {
  executor: Executor
  engine: Engine
}

/** The queue in the incidents table. `attempt` fences: a worker that lost its claim writes nothing. */
export class SqlQueueStore implements QueueStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async claim(request: ClaimRequest): Promise<Claim | undefined> {
    const { database, engine } = this.#access
    if (engine.has_one_writer && !(await hasClaimable(database, request))) return undefined
    return transact(this.#access, 'claim', (transaction) => claimNext(transaction, engine, request))
  }

  renew(claim: Claim, lease_until: number): Promise<boolean> {
    return transact(this.#access, undefined, async (transaction) => {
      const { rows } = await sql`update incidents set lease_until = ${lease_until}
      where id = ${claim.incident.id} and status = 'running' and attempt = ${claim.attempt} returning id`.execute(
        transaction,
      )
      return rows.length > 0
    })
  }

  /** The end of a run may change several incidents, so it takes the lock of admissions. */
  finish(claim: Claim, end: RunEnd, now: number): Promise<boolean> {
    const { engine } = this.#access
    return transact(this.#access, 'admission', (transaction) => finishRun(transaction, engine, { claim, end, now }))
  }

  async note(claim: Claim, notes: readonly TimelineNote[]): Promise<void> {
    const { database, engine } = this.#access
    await engine.transactUnforced(database, async (transaction) => {
      const incident = await lockClaimed(transaction, engine, claim)
      if (!incident) return
      incident.notes.push(...notes)
      await saveIncidents(transaction, engine, [incident])
    })
  }

  async leases(): Promise<Lease[]> {
    const { rows } = await sql<Lease>`select id as incident_id, attempt, lease_until from incidents
      where status = 'running'`.execute(this.#access.database)
    return rows
  }

  sweep(request: SweepRequest): Promise<Swept> {
    const { engine } = this.#access
    return transact(this.#access, 'admission', (transaction) => sweepQueue(transaction, engine, request))
  }
}

type Counts = Pick<StoredQueue, 'queued' | 'running' | 'dead_letters' | 'opened_last_minute'>

/** The queue over all replicas. */
export class SqlQueueWatch implements QueueWatch {
  readonly #database: Access['database']

  constructor({ database }: Access) {
    this.#database = database
  }

  async view(now: number, limit: number): Promise<StoredQueue> {
    const counted = await sql<Counts>`select
      (select count(*) from incidents where status = 'queued') as queued,
      (select count(*) from incidents where status = 'running') as running,
      (select count(*) from incidents where status = 'failed') as dead_letters,
      (select count(*) from incidents where opened_ms >= ${now - 60_000}) as opened_last_minute`.execute(this.#database)
    const counts = counted.rows[0] ?? { queued: 0, running: 0, dead_letters: 0, opened_last_minute: 0 }
    const [waiting, running_now] = [await this.#items('queued', limit), await this.#items('running', limit)]
    return { ...counts, waiting, running_now }
  }

  async #items(status: 'queued' | 'running', limit: number): Promise<QueueItem[]> {
    const rows = await this.#database
      .selectFrom('incidents')
      .selectAll()
      .where('status', '=', sql<'queued' | 'running'>`${sql.lit(status)}`)
      .orderBy('claim_rank')
      .limit(limit)
      .execute()
    return rows.map(toItem)
  }
}

function toItem(row: IncidentRow): QueueItem {
  const { incident, priority, status_reason, expires_at, available_at } = toRecord(row)
  const { id: incident_id, service, namespace, resource, opened_at, signal_count } = incident
  const about = { incident_id, priority, service, namespace, resource, opened_at, signal_count }
  return { ...about, status_reason, expires_at, available_at }
}

/** No back-off is that long: an incident that seems to wait longer was queued by a wrong clock. */
const maxBackOffMs = 900_000

/** Incidents that wait, whose back-off is over, and whose service has no run. */
function isClaimable(now: number): RawBuilder<unknown> {
  return sql`status = 'queued' and (available_ms <= ${now} or available_ms > ${now + maxBackOffMs})
      and service not in (select service from incidents where status = 'running')`
}

/**
 * Whether a claim is worth SQLite's one write lock: each worker asks several times a second and after each run, and mostly there is
 * nothing. What arrives after this query is found by the next one.
 */
async function hasClaimable(executor: Executor, { now, limit }: ClaimRequest): Promise<boolean> {
  const { rows } = await sql`select 1 as found where exists (select 1 from incidents where ${isClaimable(now)})
    and (select count(*) from incidents where status = 'running') < ${limit}`.execute(executor)
  return rows.length > 0
}

/** Takes the next incident, inside a transaction that holds the lock of claims. */
async function claimNext(executor: Executor, engine: Engine, request: ClaimRequest): Promise<Claim | undefined> {
  const row = await pick(executor, engine, request)
  if (!row) return undefined
  const incident = TrackedIncident.of(row)
  const { resumes, failures } = incident.state
  // A worker that stops returns what is to be resumed as well, and counts no failure for it.
  const suspect = resumes && failures > 0
  if (suspect && !request.alone) return undefined
  const { owner, now: at, new_run_id } = request
  const lease_until = at + request.lease_ms
  incident.apply({ kind: 'claimed', at, owner, lease_until, new_run_id })
  const { run_id, attempt } = incident.state
  if (run_id === null) throw new Error('a claimed incident has no run')
  await saveIncidents(executor, engine, [incident])
  const run = { run_id, attempt, at: isoOf(at) }
  const resumed = run_id === row.run_id
  const trace_id = resumed ? await resumeRun(executor, run) : await startRun(executor, row, run)
  return {
    incident: toIncident(row),
    trace_id,
    attempt,
    owner,
    lease_until,
    failures,
    run_id,
    resumes: resumed,
    suspect,
  }
}

/**
 * Walks the queue in its order over an index that holds all that is needed, and locks the first incident that is not locked.
 * Running incidents are few: no more than the limit.
 */
async function pick(
  executor: Executor,
  { for_update, skip_locked }: Engine,
  { now, limit }: ClaimRequest,
): Promise<IncidentRow | undefined> {
  const running = await sql<{
    running: number
  }>`select count(*) as running from incidents where status = 'running'`.execute(executor)
  if ((running.rows[0]?.running ?? 0) >= limit) return undefined
  const { rows } = await sql<IncidentRow>`select i.* from incidents i where i.status = 'queued' and i.id in (
      select id from incidents where ${isClaimable(now)}
      order by claim_rank limit 8)
    order by i.claim_rank limit 1 ${for_update} ${skip_locked}`.execute(executor)
  return rows[0]
}

interface ClaimedRun {
  run_id: string
  attempt: number
  at: string
}

async function startRun(
  executor: Executor,
  { id, next_trace_id }: IncidentRow,
  { run_id, attempt, at }: ClaimedRun,
): Promise<string> {
  await sql`insert into runs (id, incident_id, trace_id, attempt, status, started_at)
    values (${run_id}, ${id}, ${next_trace_id}, ${attempt}, 'running', ${at})`.execute(executor)
  await sql`insert into threads (id, incident_id, started_at) values (${run_id}, ${id}, ${at})`.execute(executor)
  return next_trace_id
}

async function resumeRun(executor: Executor, { run_id, attempt }: ClaimedRun): Promise<string> {
  const { rows } = await sql<{ trace_id: string }>`update runs set status = 'running', attempt = ${attempt}
    where id = ${run_id} returning trace_id`.execute(executor)
  const trace_id = rows[0]?.trace_id
  if (trace_id === undefined) throw new Error('a run that is to be resumed is not in the store')
  return trace_id
}

/** Ends what is due, inside a transaction. */
async function sweepQueue(executor: Executor, engine: Engine, request: SweepRequest): Promise<Swept> {
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
