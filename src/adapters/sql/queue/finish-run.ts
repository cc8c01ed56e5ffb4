import { sql } from 'kysely'
import type { Decision } from '#src/domain/decision.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { IncidentEvent } from '#src/incidents/lifecycle.ts'
import type { AfterDecision, Claim, RunEnd } from '#src/incidents/port.ts'
import { saveObservations } from '#src/adapters/sql/changes/sql-execution-store.ts'
import { saveRequests } from '#src/adapters/sql/changes/sql-approval-store.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'
import { saveIncidents, TrackedIncident } from '#src/adapters/sql/tracked-incident.ts'

/** A run that ends, inside a transaction. */
interface Ending {
  executor: Executor
  engine: Engine
  claim: Claim
  incident: TrackedIncident
  now: number
}

/** Ends a run, inside a transaction. False: the claim is lost, and nothing is written. */
export async function finishRun(
  executor: Executor,
  engine: Engine,
  { claim, end, now }: { claim: Claim; end: RunEnd; now: number },
): Promise<boolean> {
  const incident = await lockClaimed(executor, engine, claim)
  if (!incident) return false
  incident.apply(eventOf(end, now))
  const ending = { executor, engine, claim, incident, now }
  const earlier = await endRun(ending, end)
  if ('after' in end && end.after) await applyAfterDecision(ending, end.after)
  await saveIncidents(executor, engine, [incident, ...earlier])
  return true
}

/** The incident of a claim that still holds. */
export async function lockClaimed(
  executor: Executor,
  engine: Engine,
  { incident, attempt }: Claim,
): Promise<TrackedIncident | undefined> {
  const { rows } = await sql<IncidentRow>`select i.* from incidents i where i.id = ${incident.id}
    and i.status = 'running' and i.attempt = ${attempt} ${engine.for_update}`.execute(executor)
  return rows[0] && TrackedIncident.of(rows[0])
}

function eventOf(end: RunEnd, at: number): IncidentEvent {
  if (end.kind === 'released') return { kind: 'released', at }
  if (end.kind === 'retry') return { kind: 'run_failed', at, why: end.why, retry_at: end.available_at }
  if (end.kind === 'failed') return { kind: 'run_failed', at, why: end.why }
  const { decision, close, cause_key } = end
  return { kind: 'decided', at, outcome: decision.outcome, summary: decision.summary, close, cause_key }
}

/** Answers the earlier incident of the same cause, where there is one: it has changed as well. */
async function endRun(ending: Ending, end: RunEnd): Promise<TrackedIncident[]> {
  const { executor, engine, claim, incident, now } = ending
  const { run_id } = claim
  if (end.kind === 'released') {
    await sql`update runs set status = 'interrupted' where id = ${run_id}`.execute(executor)
    return []
  }
  const at = isoOf(now)
  const status = end.kind === 'decided' ? 'done' : 'failed'
  await sql`update runs set status = ${status}, finished_at = ${at} where id = ${run_id}`.execute(executor)
  await sql`update threads set ended_at = ${at} where id = ${run_id}`.execute(executor)
  await saveDecision(executor, engine, { decision: end.decision, run_id, incident_id: incident.id, at })
  if (end.kind !== 'decided') return []
  await saveScope(executor, engine, incident.id, end.scope)
  return mergeByCause(ending)
}

/** What the decision means for approvals and executions. No approval is requested for an incident that has closed with the end of its run. */
async function applyAfterDecision({ executor, claim, incident, now }: Ending, after: AfterDecision): Promise<void> {
  const run = { run_id: claim.run_id, at: now }
  incident.notes.push(...(await saveObservations(executor, incident.id, { run, after })))
  const requested = incident.state.status === 'closed' ? 'closed' : after.approvals
  incident.notes.push(...(await saveRequests(executor, incident.id, { run, requested })))
}

const bodies: Columns = { id: 'text', body: 'text' }

/** The decision, its evidence and its actions, each a row. */
async function saveDecision(
  executor: Executor,
  engine: Engine,
  { decision, run_id, incident_id, at }: { decision: Decision; run_id: string; incident_id: string; at: string },
): Promise<void> {
  const { evidence, recommended_actions, ...body } = decision
  await sql`insert into decisions (run_id, incident_id, outcome, decided_at, body)
    values (${run_id}, ${incident_id}, ${decision.outcome}, ${at}, ${toJson(body)})`.execute(executor)
  for (const [table, items] of [
    ['evidence', evidence],
    ['actions', recommended_actions],
  ] as const) {
    if (items.length === 0) continue
    const rows = items.map((item) => ({ id: item.id, body: toJson(item) }))
    await sql`insert into ${sql.table(table)} (run_id, id, position, body)
      select ${run_id}, r.id, r.position, r.body from ${engine.rowsOf(rows, bodies)} as r`.execute(executor)
  }
}

const scopeColumns: Columns = { resource_key: 'text' }

/** The resources in the cause graph of the last decision replace those of the decision before. */
async function saveScope(
  executor: Executor,
  engine: Engine,
  incident_id: string,
  scope: readonly ResourceRef[],
): Promise<void> {
  await sql`delete from incident_scope where incident_id = ${incident_id}`.execute(executor)
  const keys = [...new Set(scope.map(refKey))].map((resource_key) => ({ resource_key }))
  if (keys.length === 0) return
  await sql`insert into incident_scope (incident_id, resource_key)
    select ${incident_id}, r.resource_key from ${engine.rowsOf(keys, scopeColumns)} as r`.execute(executor)
}

/**
 * Where an open incident was decided earlier to have the same cause, this one is merged into it: the later one is closed, and signals of
 * either join the earlier one.
 */
async function mergeByCause({ executor, engine, incident, now }: Ending): Promise<TrackedIncident[]> {
  const { id, cause_key, status } = incident.state
  if (cause_key === null || status === 'closed') return []
  const { rows } = await sql<IncidentRow>`select i.* from incidents i
    where i.cause_key = ${cause_key} and i.status in ('queued', 'running', 'done') and i.id <> ${id}
    order by i.decided_ms, i.id ${engine.for_update}`.execute(executor)
  if (!rows[0]) return []
  const earlier = TrackedIncident.of(rows[0])
  earlier.apply({ kind: 'absorbed', at: now, later: incident.state })
  incident.apply({ kind: 'merged', at: now, into: earlier.id })
  await sql`update incidents set merged_into = ${earlier.id} where merged_into = ${id}`.execute(executor)
  await sql`update alert_keys set incident_id = ${earlier.id}, consequence = 1 where incident_id = ${id}`.execute(
    executor,
  )
  await sql`insert into incident_scope (incident_id, resource_key)
    select ${earlier.id}, resource_key from incident_scope where incident_id = ${id}
    on conflict (incident_id, resource_key) do nothing`.execute(executor)
  return [earlier]
}
