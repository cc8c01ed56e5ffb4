import { type RawBuilder, sql } from 'kysely'
import type { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import type { Page } from '#src/domain/page.ts'
import type { ApprovalQuery, ApprovalStore, ApprovalWord, Decided } from '#src/remediation/approval-store.ts'
import { appendNotes } from '#src/adapters/sql/append-notes.ts'
import { fromCursor } from '#src/adapters/sql/cursor.ts'
import type { Executor } from '#src/adapters/sql/engine.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import { lastDecision } from '#src/adapters/sql/last-decision.ts'
import type { ApprovalRow, IncidentRow } from '#src/adapters/sql/tables.ts'
import { storable } from '#src/adapters/sql/to-json.ts'
import { toPage } from '#src/adapters/sql/to-page.ts'
import { type Access, transact } from '#src/adapters/sql/transact.ts'
import { type JoinedApproval, joined, statusAt, toApproval } from './approval-rows.ts'

/** Approvals. Whoever decides holds the incident's row, so that no run ends in between. */
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

  decide(id: string, word: ApprovalWord): Promise<Decided | undefined> {
    return transact(this.#access, 'admission', async (transaction) => {
      const { engine } = this.#access
      const found = await find(transaction, id, word.at)
      if (!found) return undefined
      await sql<IncidentRow>`select i.id from incidents i where i.id = ${found.incident_id} ${engine.for_update}`.execute(
        transaction,
      )
      const row = await find(transaction, id, word.at)
      if (!row) return undefined
      if (isRepeat(row, word)) return { approval: toApproval(row) }
      const refused = await refusalOf(transaction, row, word)
      if (refused) return { approval: toApproval(row), refused }
      const { status, by, at, expires_ms, comment } = word
      const changes = {
        status,
        status_reason: null,
        decided_by: by,
        decided_ms: at,
        comment: comment === undefined ? null : storable(comment),
        ...(status === 'approved' && { expires_ms }),
      }
      await transaction.updateTable('approvals').set(changes).where('id', '=', id).execute()
      const said = comment === undefined ? '' : `: ${storable(comment)}`
      const text = `${by} ${status === 'approved' ? 'approves' : 'rejects'} ${nameOf(row)}${said}`
      const { incident_id, run_id } = row
      await appendNotes(transaction, engine, [{ incident_id, at: isoOf(at), kind: status, text, run_id, actor: by }])
      const after = await find(transaction, id, at)
      return { approval: toApproval(after ?? row) }
    })
  }

  async expire(now: number, limit: number): Promise<Approval[]> {
    const due = () => sql`select a.id from approvals a where a.status in ('pending', 'approved')
      and a.execution_id is null and a.expires_ms <= ${now} order by a.expires_ms limit ${limit}`
    const { rows } = await due().execute(this.#access.database)
    if (rows.length === 0) return []
    return transact(this.#access, 'admission', async (transaction) => {
      const expired = await sql<ApprovalRow>`update approvals set status = 'expired', status_reason =
          case when status = 'approved' then 'approved, and not used in time' else 'nobody answered in time' end
        where id in (${due()}) and status in ('pending', 'approved') and execution_id is null returning *`.execute(
        transaction,
      )
      const notes = expired.rows.map((row) => ({
        incident_id: row.incident_id,
        at: isoOf(now),
        kind: 'approval_expired' as const,
        text: `${nameOf(row)}: ${row.status_reason ?? 'expired'}`,
        run_id: row.run_id,
      }))
      await appendNotes(transaction, this.#access.engine, notes)
      const found = await Promise.all(expired.rows.map((row) => find(transaction, row.id, now)))
      return found.flatMap((row) => (row ? [toApproval(row)] : []))
    })
  }
}

async function find(executor: Executor, id: string, now: number): Promise<JoinedApproval | undefined> {
  const { rows } = await sql<JoinedApproval>`${joined(now)} where a.id = ${id}`.execute(executor)
  return rows[0]
}

/** What people look for most is rare among what is long over: it is found over the index of statuses. */
function writtenAs(status: readonly ApprovalStatus[]): RawBuilder<unknown>[] {
  // What is over may still be written as what it was.
  if (status.includes('expired') || status.includes('withdrawn')) return []
  return [sql`a.status in (${sql.join(status)})`]
}

/** An answer that was lost on its way is asked for again. */
function isRepeat({ status, decided_by, plan_hash }: JoinedApproval, word: ApprovalWord): boolean {
  return status === word.status && decided_by === word.by && plan_hash === word.plan_hash
}

async function refusalOf(executor: Executor, row: JoinedApproval, word: ApprovalWord): Promise<Decided['refused']> {
  if (row.plan_hash !== word.plan_hash) return 'other_plan'
  if (row.execution_id !== null) return 'used'
  const from = word.status === 'approved' ? ['pending', 'rejected'] : ['pending', 'approved']
  if (!from.includes(row.status) || row.incident_status === 'closed') return 'status'
  if (word.status === 'rejected') return undefined
  const last = await lastDecision(executor, row.incident_id)
  return last?.run_id === row.run_id ? undefined : 'not_recommended'
}

function nameOf({ action, id }: Pick<ApprovalRow, 'action' | 'id'>): string {
  const { kind, target } = JSON.parse(action) as Approval['action']
  return `${kind} of ${target.kind} ${target.name} (${id})`
}
