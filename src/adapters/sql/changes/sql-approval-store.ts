import { type RawBuilder, sql } from 'kysely'
import { type Approval, type ApprovalStatus } from '#src/domain/approval.ts'
import { PlannedAction } from '#src/domain/action.ts'
import type { Page } from '#src/domain/page.ts'
import type { RequestedApproval, TimelineNote } from '#src/incidents/port.ts'
import {
  answerApproval,
  type EndedRun,
  expireApproval,
  reconcileApprovals,
} from '#src/remediation/approval-lifecycle.ts'
import type { ApprovalDecision, ApprovalQuery, ApprovalStore, DecisionResult } from '#src/remediation/port.ts'
import { fromCursor, toPage } from '#src/adapters/sql/cursor.ts'
import { type Engine, type Executor, type Access, transact } from '#src/adapters/sql/engine.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import { lastDecision } from '#src/adapters/sql/last-decision.ts'
import type { ApprovalRow, IncidentRow } from '#src/adapters/sql/tables.ts'
import { storable, toJson } from '#src/adapters/sql/to-json.ts'
import { lockIncident, lockIncidents, saveIncidents } from '#src/adapters/sql/tracked-incident.ts'

/** Approvals. An answer holds the incident's row, so that no run ends in between. */
export class SqlApprovalStore implements ApprovalStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async get(id: string, now: number): Promise<Approval | undefined> {
    const row = await find(this.#access.database, id, now)
    return row && toApproval(row)
  }

  async list(query: ApprovalQuery, now: number): Promise<Page<Approval>> {
    const { status, incident_id, namespace, cursor, limit } = query
    if (status?.length === 0) return { items: [] }
    const place = cursor === undefined ? undefined : fromCursor(cursor)
    const conditions = [
      ...(status ? [sql`${statusAt(now)} in (${sql.join(status)})`, ...writtenAs(status)] : []),
      ...(incident_id === undefined ? [] : [sql`a.incident_id = ${incident_id}`]),
      ...(namespace === undefined ? [] : [sql`i.namespace = ${namespace}`]),
      ...(place ? [sql`(a.asked_ms, a.id) < (${place.ms}, ${place.id})`] : []),
    ]
    const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``
    const { rows } = await sql<JoinedApproval>`${joined(now)} ${where}
      order by a.asked_ms desc, a.id desc limit ${limit + 1}`.execute(this.#access.database)
    return toPage(rows, limit, { item: toApproval, place: (row) => [row.asked_ms, row.id] })
  }

  decide(id: string, decision: ApprovalDecision): Promise<DecisionResult | undefined> {
    return transact(this.#access, 'admission', async (transaction) => {
      const { engine } = this.#access
      const found = await find(transaction, id, decision.at)
      const incident = found && (await lockIncident(transaction, engine, found.incident_id))
      const row = incident && (await find(transaction, id, decision.at))
      if (!row) return undefined
      const { comment } = decision
      const { approval, notes, refused } = answerApproval(
        toApproval(row),
        { ...decision, comment: comment === undefined ? undefined : storable(comment) },
        {
          incident_closed: incident.state.status === 'closed',
          recommended: (await lastDecision(transaction, row.incident_id))?.run_id === row.run_id,
        },
      )
      if (refused) return { approval, refused }
      if (notes.length === 0) return { approval }
      await transaction.updateTable('approvals').set(answerColumns(approval)).where('id', '=', id).execute()
      incident.notes.push(...notes)
      await saveIncidents(transaction, engine, [incident])
      return { approval }
    })
  }

  async expire(now: number, limit: number): Promise<Approval[]> {
    const due = sql`a.status in ('pending', 'approved') and a.execution_id is null and a.expires_ms <= ${now}`
    const { rows } = await sql`select a.id from approvals a where ${due} limit 1`.execute(this.#access.database)
    if (rows.length === 0) return []
    return transact(this.#access, 'admission', async (transaction) => {
      const { engine } = this.#access
      const found = await sql<JoinedApproval>`${stored} where ${due} order by a.expires_ms limit ${limit}`.execute(
        transaction,
      )
      const expired = found.rows.map((row) => expireApproval(toApproval(row), now))
      const changes = expired.map(({ approval: { id, status, status_reason } }) => ({ id, status, status_reason }))
      await engine.updateRows(transaction, 'approvals', changes, endColumns)
      await addLines(
        transaction,
        engine,
        expired.map(({ approval, notes }) => ({ ...approval, notes })),
      )
      return expired.map(({ approval }) => approval)
    })
  }
}

const endColumns = { id: 'text', status: 'text', status_reason: 'text' } as const

/** Adds lines to the histories of several incidents. */
export async function addLines(
  executor: Executor,
  engine: Engine,
  changes: readonly { incident_id: string; notes: readonly TimelineNote[] }[],
): Promise<void> {
  const incidents = await lockIncidents(
    executor,
    engine,
    changes.map((change) => change.incident_id),
  )
  const byId = new Map(incidents.map((incident) => [incident.id, incident]))
  for (const { incident_id, notes } of changes) byId.get(incident_id)?.notes.push(...notes)
  await saveIncidents(executor, engine, incidents)
}

/** Brings the approvals of an incident in line with the run that ends. Answers the lines for its history. */
export async function saveRequests(
  executor: Executor,
  incident_id: string,
  { run, requested }: { run: EndedRun; requested: readonly RequestedApproval[] | 'closed' },
): Promise<TimelineNote[]> {
  const live = await executor
    .selectFrom('approvals')
    .selectAll()
    .where('incident_id', '=', incident_id)
    .where('status', 'in', ['pending', 'approved', 'rejected'])
    .where('execution_id', 'is', null)
    .execute()
  if (live.length === 0 && (requested === 'closed' || requested.length === 0)) return []
  const { run_id, at } = run
  const { ended, kept, opened, notes } = reconcileApprovals(live, requested, run)
  for (const { id, ...end } of ended) await executor.updateTable('approvals').set(end).where('id', '=', id).execute()
  for (const { id, request, renewed } of kept) {
    const { action, expires_ms } = request
    const renewal = renewed && { asked_ms: at, expires_ms, action: toJson(action) }
    await executor
      .updateTable('approvals')
      .set({ run_id, action_id: action.id, ...renewal })
      .where('id', '=', id)
      .execute()
  }
  for (const { id, plan_hash, action, expires_ms } of opened)
    await sql`insert into approvals (id, incident_id, run_id, action_id, plan_hash, status, asked_ms, expires_ms, action)
      values (${id}, ${incident_id}, ${run_id}, ${action.id}, ${plan_hash}, 'pending', ${at}, ${expires_ms},
        ${toJson(action)})`.execute(executor)
  return notes
}

/** An approval that may start an execution: approved for the plan, not used, not expired. */
export async function findUsable(
  executor: Executor,
  { incident_id, plan_hash, at }: { incident_id: string; plan_hash: string; at: number },
): Promise<Approval | undefined> {
  const { rows } = await sql<JoinedApproval>`select * from (${joined(at)} where a.incident_id = ${incident_id}
    and a.plan_hash = ${plan_hash} and a.execution_id is null) as live where live.status = 'approved'`.execute(executor)
  return rows[0] && toApproval(rows[0])
}

/** An approval with the fields of its incident. */
interface JoinedApproval extends ApprovalRow {
  namespace: string | null
  service: string
  incident_status: IncidentRow['status']
}

/** What can still be answered or used. */
const live = sql`a.status in ('pending', 'approved') and a.execution_id is null`

/** A status at `now`, whether or not that has been stored yet. */
function statusAt(now: number): RawBuilder<ApprovalRow['status']> {
  return sql`case when ${live} and i.status = 'closed' then 'withdrawn'
    when ${live} and a.expires_ms <= ${now} then 'expired' else a.status end`
}

/** Approvals `a` with their incidents `i`. */
function selected(status: RawBuilder<unknown>, status_reason: RawBuilder<unknown>): RawBuilder<JoinedApproval> {
  return sql<JoinedApproval>`select a.id, a.incident_id, a.run_id, a.action_id, a.plan_hash, ${status} as status,
    ${status_reason} as status_reason,
    a.asked_ms, a.expires_ms, a.decided_ms, a.decided_by, a.comment, a.execution_id, a.action,
    i.namespace, i.service, i.status as incident_status
    from approvals a join incidents i on i.id = a.incident_id`
}

/** Each with its status at `now`. */
function joined(now: number): RawBuilder<JoinedApproval> {
  const reason = sql`case when ${live} and i.status = 'closed' then 'its incident is closed' else a.status_reason end`
  return selected(statusAt(now), reason)
}

/** Each with its status as it is stored. */
const stored = selected(sql`a.status`, sql`a.status_reason`)

async function find(executor: Executor, id: string, now: number): Promise<JoinedApproval | undefined> {
  const { rows } = await sql<JoinedApproval>`${joined(now)} where a.id = ${id}`.execute(executor)
  return rows[0]
}

/** People mostly list what is open, which is rare among what is over: the index of statuses finds it. */
function writtenAs(status: readonly ApprovalStatus[]): RawBuilder<unknown>[] {
  // What has expired or was withdrawn may still be stored with its status before.
  if (status.includes('expired') || status.includes('withdrawn')) return []
  return [sql`a.status in (${sql.join(status)})`]
}

function answerColumns(approval: Approval): Partial<ApprovalRow> {
  const { status, status_reason = null, decided_by = null, decided_at, comment = null, expires_at } = approval
  const decided_ms = decided_at === undefined ? null : Date.parse(decided_at)
  return { status, status_reason, decided_by, decided_ms, comment, expires_ms: Date.parse(expires_at) }
}

function toApproval(row: JoinedApproval): Approval {
  return {
    id: row.id,
    incident_id: row.incident_id,
    namespace: row.namespace ?? undefined,
    service: row.service,
    run_id: row.run_id,
    plan_hash: row.plan_hash,
    action: PlannedAction.parse(JSON.parse(row.action)),
    status: row.status,
    status_reason: row.status_reason ?? undefined,
    asked_at: isoOf(row.asked_ms),
    expires_at: isoOf(row.expires_ms),
    decided_at: row.decided_ms === null ? undefined : isoOf(row.decided_ms),
    decided_by: row.decided_by ?? undefined,
    comment: row.comment ?? undefined,
    execution_id: row.execution_id ?? undefined,
  }
}
