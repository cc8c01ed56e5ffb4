import { sql } from 'kysely'
import type { Execution } from '#src/domain/execution.ts'
import type { Page } from '#src/domain/page.ts'
import type {
  BeginFacts,
  BeginVerdict,
  Begun,
  Ended,
  ExecutionDraft,
  ExecutionEnd,
  ExecutionQuery,
  ExecutionStore,
} from '#src/remediation/execution-store.ts'
import { appendNotes } from '#src/adapters/sql/append-notes.ts'
import { fromCursor } from '#src/adapters/sql/cursor.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import type { ExecutionRow, IncidentRow } from '#src/adapters/sql/tables.ts'
import { storable } from '#src/adapters/sql/to-json.ts'
import { toPage } from '#src/adapters/sql/to-page.ts'
import { type Access, transact } from '#src/adapters/sql/transact.ts'
import { beginExecution, lockIncident } from './begin-execution.ts'
import { nameOfChange, toExecution } from './execution-rows.ts'
import { lookAtOutcome } from './look-at-outcome.ts'

/** Executions. Whoever begins or ends one holds its incident's row. */
export class SqlExecutionStore implements ExecutionStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  begin(draft: ExecutionDraft, judge: (facts: BeginFacts) => BeginVerdict): Promise<Begun> {
    const { engine } = this.#access
    return transact(this.#access, 'admission', (transaction) => beginExecution({ transaction, engine }, draft, judge))
  }

  end(id: string, end: ExecutionEnd): Promise<Ended | undefined> {
    const { engine } = this.#access
    return transact(this.#access, 'admission', async (transaction) => {
      const known = await transaction.selectFrom('executions').selectAll().where('id', '=', id).executeTakeFirst()
      if (!known) return undefined
      const incident = await lockIncident({ transaction, engine }, known.incident_id)
      const row = await transaction.selectFrom('executions').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row || !incident) return undefined
      if (row.status !== 'running' && !isLateWord(row, end)) {
        const looks = row.status === 'done' && row.seen_after === null && isUnderWay(incident)
        return { execution: toExecution(row), changed: false, looks }
      }
      const { status, by, at, note } = end
      const blind_run_id = incident.status === 'running' || incident.resumes === 1 ? incident.run_id : null
      const said = note === undefined ? null : storable(note)
      const changes = { status, ended_by: by, ended_ms: at, note: said, blind_run_id }
      await transaction.updateTable('executions').set(changes).where('id', '=', id).execute()
      const execution = toExecution({ ...row, ...changes })
      const looks = status === 'done' && (await lookAtOutcome(transaction, incident, { id, end }))
      const text = `${by}: ${nameOfChange(execution)} is ${status}${said === null ? '' : `: ${said}`}`
      const { incident_id, run_id } = row
      const shared = { incident_id, at: isoOf(at), actor: by }
      await appendNotes(transaction, engine, [
        { ...shared, kind: 'execution_ended', text, run_id },
        ...(looks ? [{ ...shared, kind: 'woken' as const, text: 'a run looks at what came of it' }] : []),
      ])
      return { execution, changed: true, looks }
    })
  }

  async get(id: string): Promise<Execution | undefined> {
    const row = await this.#access.database.selectFrom('executions').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toExecution(row)
  }

  async list(query: ExecutionQuery): Promise<Page<Execution>> {
    let rows = this.#access.database.selectFrom('executions').selectAll()
    if (query.status?.length === 0) return { items: [] }
    if (query.status) rows = rows.where('status', 'in', [...query.status])
    if (query.incident_id !== undefined) rows = rows.where('incident_id', '=', query.incident_id)
    if (query.cursor !== undefined) {
      const { ms, id } = fromCursor(query.cursor)
      rows = rows.where(sql<boolean>`(started_ms, id) < (${ms}, ${id})`)
    }
    const found = await rows
      .orderBy('started_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .execute()
    return toPage(found, query.limit, { item: toExecution, place: (row) => [row.started_ms, row.id] })
  }

  async lapse(now: number, limit: number): Promise<Execution[]> {
    const due = () => sql`select id from executions where status = 'running' and expires_ms <= ${now}
      order by expires_ms limit ${limit}`
    const { rows } = await due().execute(this.#access.database)
    if (rows.length === 0) return []
    return transact(this.#access, 'admission', async (transaction) => {
      const lapsed = await sql<ExecutionRow>`update executions set status = 'lapsed', ended_ms = ${now}
        where id in (${due()}) and status = 'running' returning *`.execute(transaction)
      const executions = lapsed.rows.map(toExecution)
      const notes = executions.map((execution) => ({
        incident_id: execution.incident_id,
        at: isoOf(now),
        kind: 'execution_lapsed' as const,
        text: `${nameOfChange(execution)}: nobody has said how it ended, so that is not known`,
        run_id: execution.run_id,
      }))
      await appendNotes(transaction, this.#access.engine, notes)
      return executions
    })
  }
}

/** Who began may still tell how it ended, after it was given up on. */
function isLateWord({ status, started_by }: ExecutionRow, { by }: ExecutionEnd): boolean {
  return status === 'lapsed' && started_by === by
}

function isUnderWay({ status }: IncidentRow): boolean {
  return status === 'queued' || status === 'running'
}
