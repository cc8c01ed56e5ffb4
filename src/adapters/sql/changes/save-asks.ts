import { sql } from 'kysely'
import type { AskedApproval } from '#src/incidents/queue-store.ts'
import { appendNotes, type Note } from '#src/adapters/sql/append-notes.ts'
import type { Engine, Executor } from '#src/adapters/sql/engine.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import type { ApprovalRow } from '#src/adapters/sql/tables.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'

/** Whose run asks, and when. */
export interface Asking {
  executor: Executor
  engine: Engine
  incident_id: string
  run_id: string
  /** Epoch milliseconds. */
  now: number
}

/**
 * Brings the approvals of an incident in line with its last decision. What it recommends as before keeps its approval, or its
 * rejection; what it does not recommend any more can neither be approved nor used; with a closed incident nothing can.
 */
export async function saveAsks(asking: Asking, asked_for: readonly AskedApproval[] | 'closed'): Promise<void> {
  const asks = asked_for === 'closed' ? [] : asked_for
  const why = asked_for === 'closed' ? 'its incident is closed' : 'the last run does not recommend it any more'
  const { executor, engine, incident_id, now } = asking
  const rows = await executor
    .selectFrom('approvals')
    .selectAll()
    .where('incident_id', '=', incident_id)
    .where('status', 'in', ['pending', 'approved', 'rejected'])
    .where('execution_id', 'is', null)
    .execute()
  if (rows.length === 0 && asks.length === 0) return
  const open = new Map(rows.map((row) => [row.plan_hash, row]))
  const asked = new Map(asks.map((ask) => [ask.plan_hash, ask]))
  const notes: Note[] = []
  for (const row of rows) {
    if (row.status === 'rejected' || asked.has(row.plan_hash)) continue
    notes.push(await end(asking, row, { status: 'withdrawn', why }))
  }
  for (const ask of asked.values()) {
    const row = open.get(ask.plan_hash)
    const late = row?.status === 'approved' && row.expires_ms <= now
    if (row && late) notes.push(await end(asking, row, { status: 'expired', why: 'approved, and not used in time' }))
    if (row && !late) await keep(asking, row, ask)
    else notes.push(await insert(asking, ask))
  }
  await appendNotes(executor, engine, notes)
}

async function keep({ executor, run_id, now }: Asking, row: ApprovalRow, ask: AskedApproval): Promise<void> {
  const again = row.status === 'pending' && { asked_ms: now, expires_ms: ask.expires_ms, action: toJson(ask.action) }
  await executor
    .updateTable('approvals')
    .set({ run_id, action_id: ask.action.id, ...again })
    .where('id', '=', row.id)
    .execute()
}

async function insert({ executor, incident_id, run_id, now }: Asking, ask: AskedApproval): Promise<Note> {
  const { id, plan_hash, action, expires_ms } = ask
  await sql`insert into approvals (id, incident_id, run_id, action_id, plan_hash, status, asked_ms, expires_ms, action)
    values (${id}, ${incident_id}, ${run_id}, ${action.id}, ${plan_hash}, 'pending', ${now}, ${expires_ms},
      ${toJson(action)})`.execute(executor)
  const text = `${action.kind} of ${action.target.kind} ${action.target.name} needs a person's approval (${id})`
  return { incident_id, at: isoOf(now), kind: 'approval_asked', text, run_id }
}

async function end(
  { executor, incident_id, run_id, now }: Asking,
  { id }: ApprovalRow,
  { status, why }: { status: 'withdrawn' | 'expired'; why: string },
): Promise<Note> {
  await executor.updateTable('approvals').set({ status, status_reason: why }).where('id', '=', id).execute()
  const kind = status === 'expired' ? 'approval_expired' : 'approval_withdrawn'
  return { incident_id, at: isoOf(now), kind, text: `approval ${id}: ${why}`, run_id }
}
