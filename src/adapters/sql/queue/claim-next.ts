import { sql } from 'kysely'
import type { Claim, ClaimRequest } from '#src/incidents/queue-store.ts'
import { appendNotes } from '#src/adapters/sql/append-notes.ts'
import type { Engine, Executor } from '#src/adapters/sql/engine.ts'
import { isoOf, toIncident } from '#src/adapters/sql/incident-rows.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'
import { isClaimable } from './is-claimable.ts'

/** Takes the next incident, inside a transaction that holds the lock of claims. */
export async function claimNext(executor: Executor, engine: Engine, request: ClaimRequest): Promise<Claim | undefined> {
  const { owner, now, lease_ms } = request
  const row = await pick(executor, engine, request)
  if (!row) return undefined
  // A drain gives back what is to be resumed as well, and counts no failure for it.
  const suspect = row.resumes === 1 && row.failures > 0
  if (suspect && !request.alone) return undefined
  const resumes = row.resumes === 1 && row.run_id !== null
  const run_id = resumes && row.run_id !== null ? row.run_id : request.new_run_id
  const attempt = row.attempt + 1
  const lease_until = now + lease_ms
  const at = isoOf(now)
  await sql`update incidents set status = 'running', status_reason = null, attempt = ${attempt}, owner = ${owner},
    lease_until = ${lease_until}, run_id = ${run_id}, resumes = 0, available_ms = 0, updated_at = ${at}
    where id = ${row.id}`.execute(executor)
  const trace_id = resumes
    ? await takeUpRun(executor, { run_id, attempt })
    : await startRun(executor, row, { run_id, attempt, at })
  const kind = resumes ? ('resumed' as const) : ('claimed' as const)
  const text = resumes ? `${owner} goes on with the run that was cut off` : `${owner} runs it`
  await appendNotes(executor, engine, [{ incident_id: row.id, at, kind, text, run_id, actor: owner }])
  const { failures } = row
  return { incident: toIncident(row), trace_id, attempt, owner, lease_until, failures, run_id, resumes, suspect }
}

/**
 * Walks the queue in its order over an index that holds all that is asked for, and locks the first incident that nobody else has
 * locked. Running incidents are few: no more than the limit.
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

async function startRun(
  executor: Executor,
  { id, next_trace_id }: IncidentRow,
  { run_id, attempt, at }: { run_id: string; attempt: number; at: string },
): Promise<string> {
  await sql`insert into runs (id, incident_id, trace_id, attempt, status, started_at)
    values (${run_id}, ${id}, ${next_trace_id}, ${attempt}, 'running', ${at})`.execute(executor)
  await sql`insert into threads (id, incident_id, started_at) values (${run_id}, ${id}, ${at})`.execute(executor)
  return next_trace_id
}

async function takeUpRun(
  executor: Executor,
  { run_id, attempt }: { run_id: string; attempt: number },
): Promise<string> {
  const { rows } = await sql<{ trace_id: string }>`update runs set status = 'running', attempt = ${attempt}
    where id = ${run_id} returning trace_id`.execute(executor)
  const trace_id = rows[0]?.trace_id
  if (trace_id === undefined) throw new Error('a run that is to be resumed is not in the store')
  return trace_id
}
