import { sql } from 'kysely'
import type { AfterDecision, Claim, RunEnd } from '#src/incidents/queue-store.ts'
import { appendNotes, type Note } from '#src/adapters/sql/append-notes.ts'
import { saveAsks } from '#src/adapters/sql/changes/save-asks.ts'
import { saveSeen } from '#src/adapters/sql/changes/save-seen.ts'
import { claimRank } from '#src/adapters/sql/claim-rank.ts'
import type { Engine, Executor } from '#src/adapters/sql/engine.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'
import { mergeByCause } from './merge-by-cause.ts'
import { saveDecision } from './save-decision.ts'
import { saveScope } from './save-scope.ts'
import { updateIncident } from './update-incident.ts'

/** How it ended, with the incident as it stood while its run ended. */
interface Ending<Kind extends RunEnd['kind'] = RunEnd['kind']> {
  executor: Executor
  engine: Engine
  claim: Claim
  row: IncidentRow
  end: Extract<RunEnd, { kind: Kind }>
  now: number
  note: (kind: Note['kind'], text: string) => Note
}

/** Nobody works on it any more. */
const unclaimed = { owner: null, lease_until: null }

/** Ends a run, inside a transaction. False: the claim is lost, and nothing is written. */
export async function finishRun(
  executor: Executor,
  engine: Engine,
  { claim, end, now }: { claim: Claim; end: RunEnd; now: number },
): Promise<boolean> {
  const { rows } = await sql<IncidentRow>`select i.* from incidents i where i.id = ${claim.incident.id}
    and i.status = 'running' and i.attempt = ${claim.attempt} ${engine.for_update}`.execute(executor)
  const row = rows[0]
  if (!row) return false
  const shared = { incident_id: row.id, at: isoOf(now), run_id: claim.run_id, actor: claim.owner }
  const note: Ending['note'] = (kind, text) => ({ ...shared, kind, text })
  const ending = { executor, engine, claim, row, now, note }
  if (end.kind === 'released') await release({ ...ending, end })
  else {
    await endRun(ending, end)
    if (end.kind === 'decided') await decide({ ...ending, end })
    else await breakOff({ ...ending, end })
    if (end.kind !== 'retry' && end.after) await follow(ending, end.after)
  }
  return true
}

/** Nobody is asked about an incident that has closed with the end of its run. */
async function follow({ executor, engine, claim, now }: Omit<Ending, 'end'>, after: AfterDecision): Promise<void> {
  const { run_id, incident } = claim
  const asking = { executor, engine, incident_id: incident.id, run_id, now }
  await saveSeen(asking, after)
  const { rows } = await sql<Pick<IncidentRow, 'status'>>`select status from incidents
    where id = ${incident.id}`.execute(executor)
  await saveAsks(asking, rows[0]?.status === 'closed' ? 'closed' : after.asks)
}

async function release({ executor, engine, claim, now, note }: Ending<'released'>): Promise<void> {
  await sql`update runs set status = 'interrupted' where id = ${claim.run_id}`.execute(executor)
  await updateIncident(executor, claim.incident.id, {
    ...unclaimed,
    status: 'queued',
    status_reason: 'its run was handed back, to go on elsewhere',
    resumes: 1,
    expires_ms: null,
    updated_at: isoOf(now),
  })
  await appendNotes(executor, engine, [note('interrupted', `${claim.owner} stops and hands the run back`)])
}

async function endRun(
  { executor, engine, claim, now }: Omit<Ending, 'end'>,
  end: Exclude<RunEnd, { kind: 'released' }>,
): Promise<void> {
  const { run_id, incident } = claim
  const at = isoOf(now)
  const status = end.kind === 'decided' ? 'done' : 'failed'
  await sql`update runs set status = ${status}, finished_at = ${at} where id = ${run_id}`.execute(executor)
  await sql`update threads set ended_at = ${at} where id = ${run_id}`.execute(executor)
  await saveDecision(executor, engine, { decision: end.decision, run_id, incident_id: incident.id, at })
}

async function decide(ending: Ending<'decided'>): Promise<void> {
  const { executor, engine, row, end, now, note } = ending
  const decided_at = isoOf(now)
  const close = end.close ?? row.close_after ?? undefined
  const next =
    row.woken === 1 ? wokenAgain(row, now) : close === undefined ? { status: 'done' as const } : closed(close, now)
  await updateIncident(executor, row.id, {
    ...unclaimed,
    status_reason: null,
    ...next,
    run_id: null,
    woken: 0,
    close_after: null,
    failures: 0,
    outcome: end.decision.outcome,
    cause_key: end.cause_key ?? null,
    decided_at,
    decided_ms: now,
    updated_at: decided_at,
  })
  await saveScope(executor, engine, row.id, end.scope)
  const notes = [note('decided', `${end.decision.outcome}: ${end.decision.summary}`)]
  if (next.status === 'queued') notes.push(note('woken', 'something new came in while it ran: it runs again'))
  if (next.status === 'closed' && close !== undefined) notes.push(note('closed', close))
  await appendNotes(executor, engine, notes)
  if (end.cause_key !== undefined && next.status !== 'closed')
    await mergeByCause(executor, engine, { id: row.id, cause_key: end.cause_key, now })
}

async function breakOff({ executor, engine, row, end, now, note }: Ending<'retry' | 'failed'>): Promise<void> {
  const shared = {
    ...unclaimed,
    run_id: null,
    failures: row.failures + 1,
    woken: 0,
    close_after: null,
    updated_at: isoOf(now),
  }
  const notes = [note('run_failed', end.why)]
  if (row.close_after !== null) {
    await updateIncident(executor, row.id, { ...shared, ...closed(row.close_after, now) })
    notes.push(note('closed', row.close_after))
  } else if (end.kind === 'failed') {
    await updateIncident(executor, row.id, { ...shared, status: 'failed', status_reason: end.why })
    notes.push(note('dead_letter', 'no further try: a person can queue it again'))
  } else {
    await updateIncident(executor, row.id, { ...shared, ...retry(row, end.available_at), status_reason: end.why })
    notes.push(note('retry', `it may run again at ${isoOf(end.available_at)}`))
  }
  await appendNotes(executor, engine, notes)
}

/** It keeps its place in the queue, and waits as long as it could have waited before. */
function retry({ expires_ms, queued_ms }: IncidentRow, available_ms: number) {
  const expires = expires_ms === null ? null : available_ms + (expires_ms - queued_ms)
  return { status: 'queued' as const, available_ms, expires_ms: expires }
}

function wokenAgain({ priority, wake_expires_ms }: IncidentRow, now: number) {
  return {
    status: 'queued' as const,
    status_reason: 'something new came in while it ran',
    queued_ms: now,
    claim_rank: claimRank(now, priority),
    available_ms: 0,
    expires_ms: wake_expires_ms,
    wake_expires_ms: null,
  }
}

function closed(status_reason: string, now: number) {
  return { status: 'closed' as const, status_reason, closed_at: isoOf(now) }
}
