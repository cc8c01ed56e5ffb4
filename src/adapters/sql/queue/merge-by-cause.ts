import { sql } from 'kysely'
import { appendNotes } from '#src/adapters/sql/append-notes.ts'
import { boundFiring, boundTold } from '#src/adapters/sql/bound-lists.ts'
import { claimRank } from '#src/adapters/sql/claim-rank.ts'
import type { Engine, Executor } from '#src/adapters/sql/engine.ts'
import { isoOf, toTexts } from '#src/adapters/sql/incident-rows.ts'
import type { IncidentRow } from '#src/adapters/sql/tables.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'
import { updateIncident } from './update-incident.ts'

/**
 * Where an open incident was decided earlier to have the same cause, it takes in this one: the later one is closed, what comes in about
 * either joins the earlier, and a run that the later one waited for is had by the earlier one.
 */
export async function mergeByCause(
  executor: Executor,
  engine: Engine,
  { id, cause_key, now }: { id: string; cause_key: string; now: number },
): Promise<void> {
  const { rows } = await sql<IncidentRow>`select i.* from incidents i
    where i.cause_key = ${cause_key} and i.status in ('queued', 'running', 'done')
    order by i.decided_ms, i.id ${engine.for_update}`.execute(executor)
  const later = rows.find((row) => row.id === id)
  const earlier = rows.find((row) => row.id !== id)
  if (!later || !earlier) return
  await takeIn(executor, earlier, later, now)
  const at = isoOf(now)
  await updateIncident(executor, later.id, {
    status: 'closed',
    status_reason: `same cause as ${earlier.id}`,
    merged_into: earlier.id,
    closed_at: at,
    updated_at: at,
  })
  await sql`update incidents set merged_into = ${earlier.id} where merged_into = ${later.id}`.execute(executor)
  await sql`update alert_keys set incident_id = ${earlier.id}, consequence = 1 where incident_id = ${later.id}`.execute(
    executor,
  )
  await sql`insert into incident_scope (incident_id, resource_key)
    select ${earlier.id}, resource_key from incident_scope where incident_id = ${later.id}
    on conflict (incident_id, resource_key) do nothing`.execute(executor)
  await appendNotes(executor, engine, [
    { incident_id: earlier.id, at, kind: 'merged', text: `takes in ${later.id}: it has the same cause` },
    { incident_id: later.id, at, kind: 'merged', text: `merged into ${earlier.id}: it has the same cause` },
    { incident_id: later.id, at, kind: 'closed', text: `goes on as ${earlier.id}` },
  ])
}

async function takeIn(executor: Executor, earlier: IncidentRow, later: IncidentRow, now: number): Promise<void> {
  const priority = later.priority < earlier.priority ? later.priority : earlier.priority
  const changes = { queued_ms: earlier.queued_ms, ...wake(earlier, later, now) }
  await updateIncident(executor, earlier.id, {
    ...changes,
    priority,
    claim_rank: claimRank(changes.queued_ms, priority),
    signal_count: earlier.signal_count + later.signal_count,
    told: toJson(boundTold([...toTexts(earlier.told), ...toTexts(later.told)])),
    firing: toJson(boundFiring([...toTexts(earlier.firing), ...toTexts(later.firing)])),
    last_signal_ms: Math.max(earlier.last_signal_ms, later.last_signal_ms),
    updated_at: isoOf(now),
  })
}

/** The later one was queued again, for something new had come in: that is for the earlier one to look at. */
function wake(earlier: IncidentRow, later: IncidentRow, now: number) {
  if (later.status !== 'queued' || earlier.status === 'queued') return {}
  const { expires_ms, next_trace_id } = later
  if (earlier.status === 'running') return { woken: 1, wake_expires_ms: expires_ms, next_trace_id }
  return { status: 'queued' as const, queued_ms: now, available_ms: 0, expires_ms, next_trace_id }
}
