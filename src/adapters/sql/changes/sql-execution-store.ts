import { sql, type Transaction } from 'kysely'
import { z } from 'zod'
import type { RecommendedAction } from '#src/domain/action.ts'
import { PlannedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import { AimedCause, type Execution, ObservedAfter } from '#src/domain/execution.ts'
import type { Page } from '#src/domain/page.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import type { AfterDecision, TimelineNote } from '#src/incidents/port.ts'
import type { EndedRun } from '#src/remediation/approval-lifecycle.ts'
import {
  endExecution,
  observeExecution,
  startExecution,
  timeOutExecution,
} from '#src/remediation/execution-lifecycle.ts'
import type {
  EndResult,
  ExecutionDraft,
  ExecutionEnd,
  ExecutionQuery,
  ExecutionStore,
  StartFacts,
  StartResult,
  StartVerdict,
} from '#src/remediation/port.ts'
import { fromCursor, toPage } from '#src/adapters/sql/cursor.ts'
import { type Executor, type Access, transact } from '#src/adapters/sql/engine.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import { lastDecision } from '#src/adapters/sql/last-decision.ts'
import type { ExecutionRow, Tables } from '#src/adapters/sql/tables.ts'
import { storable, toJson } from '#src/adapters/sql/to-json.ts'
import { isProblemOpen, lockIncident, saveIncidents, type TrackedIncident } from '#src/adapters/sql/tracked-incident.ts'
import { addLines, findUsable } from './sql-approval-store.ts'

/** Executions. A start and an end hold the incident's row. */
export class SqlExecutionStore implements ExecutionStore {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  begin(draft: ExecutionDraft, evaluate: (facts: StartFacts) => StartVerdict): Promise<StartResult> {
    return transact(this.#access, 'admission', async (transaction): Promise<StartResult> => {
      const { engine } = this.#access
      const incident = await lockIncident(transaction, engine, draft.incident_id)
      if (!incident) return { kind: 'unknown' }
      const { facts, run_id, target_key } = await gather(transaction, incident, draft)
      const verdict = evaluate(facts)
      if ('refusal' in verdict) return { kind: 'refused', refusal: verdict.refusal }
      if (!facts.action || run_id === undefined || target_key === undefined)
        throw new Error('cannot start an execution without an action')
      const { approval_required: _required, ...action } = facts.action
      const { causes } = verdict
      const { execution, notes } = startExecution(draft, { run_id, action, approval_id: facts.approval?.id, causes })
      const { action_id } = draft
      await transaction
        .insertInto('executions')
        .values({ ...toRow(execution), action_id, target_key })
        .execute()
      if (execution.approval_id !== undefined)
        await transaction
          .updateTable('approvals')
          .set({ execution_id: execution.id })
          .where('id', '=', execution.approval_id)
          .execute()
      incident.notes.push(...notes)
      await saveIncidents(transaction, engine, [incident])
      return { kind: 'started', execution }
    })
  }

  end(id: string, end: ExecutionEnd): Promise<EndResult | undefined> {
    return transact(this.#access, 'admission', async (transaction) => {
      const { engine } = this.#access
      const known = await find(transaction, id)
      const incident = known && (await lockIncident(transaction, engine, known.incident_id))
      const row = incident && (await find(transaction, id))
      if (!row) return undefined
      const note = end.note === undefined ? undefined : storable(end.note)
      const { status: incident_status, resumes, run_id } = incident.state
      const ending = endExecution(toExecution(row), { ...end, note }, { incident_status, resumes, run_id })
      const { execution, changed, concurrent_run_id } = ending
      if (!changed) return { execution, changed, follow_up_run: ending.follow_up }
      const { status, ended_ms, ended_by, note: kept } = toRow(execution)
      const columns = { status, ended_ms, ended_by, note: kept, concurrent_run_id }
      await transaction.updateTable('executions').set(columns).where('id', '=', id).execute()
      incident.notes.push(...ending.notes)
      const follow_up_run = ending.follow_up && (await requestFollowUp(transaction, incident, { id, end }))
      await saveIncidents(transaction, engine, [incident])
      return { execution, changed, follow_up_run }
    })
  }

  async get(id: string): Promise<Execution | undefined> {
    const row = await find(this.#access.database, id)
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

  async timeOut(now: number, limit: number): Promise<Execution[]> {
    const due = sql`status = 'running' and expires_ms <= ${now}`
    const { rows } = await sql`select id from executions where ${due} limit 1`.execute(this.#access.database)
    if (rows.length === 0) return []
    return transact(this.#access, 'admission', async (transaction) => {
      const { engine } = this.#access
      const found = await sql<ExecutionRow>`select * from executions where ${due}
        order by expires_ms limit ${limit}`.execute(transaction)
      const ended = found.rows.map((row) => timeOutExecution(toExecution(row), now))
      const changes = ended.map(({ execution }) => toRow(execution))
      await engine.updateRows(transaction, 'executions', changes, { id: 'text', status: 'text', ended_ms: 'int' })
      await addLines(
        transaction,
        engine,
        ended.map(({ execution, notes }) => ({ ...execution, notes })),
      )
      return ended.map(({ execution }) => execution)
    })
  }
}

/** Has a run say what it observes of the changes that were carried out before it started, each once. Answers the lines for the history. */
export async function saveObservations(
  executor: Executor,
  incident_id: string,
  { run, after }: { run: EndedRun; after: AfterDecision },
): Promise<TimelineNote[]> {
  const rows = await executor
    .selectFrom('executions')
    .selectAll()
    .where('incident_id', '=', incident_id)
    .where('status', '=', 'done')
    .where('observed_after', 'is', null)
    .where((where) => where.or([where('concurrent_run_id', 'is', null), where('concurrent_run_id', '<>', run.run_id)]))
    .execute()
  const lines: TimelineNote[] = []
  for (const row of rows) {
    const before = toExecution(row)
    const { execution, notes } = observeExecution(before, after.observe(before), run.at)
    const { observed_after } = toRow(execution)
    await executor.updateTable('executions').set({ observed_after }).where('id', '=', row.id).execute()
    lines.push(...notes)
  }
  return lines
}

/** False where another incident about the same problem is open: the runs of that one check the outcome. */
async function requestFollowUp(
  transaction: Transaction<Tables>,
  incident: TrackedIncident,
  { id, end }: { id: string; end: ExecutionEnd },
): Promise<boolean> {
  const { at, by, trace_id, queue_expires_ms: expires_ms } = end
  const { status } = incident.state
  const waits = status === 'running' || status === 'queued'
  if (!waits && (await isProblemOpen(transaction, incident))) return false
  return incident.apply({ kind: 'change_carried_out', at, actor: by, execution_id: id, trace_id, expires_ms })
}

interface Gathered {
  facts: StartFacts
  run_id?: string
  target_key?: string
}

async function gather(
  transaction: Executor,
  incident: TrackedIncident,
  { action_id, plan_hash, at }: ExecutionDraft,
): Promise<Gathered> {
  const { status: incident_status, id: incident_id } = incident.state
  const last = await lastDecision(transaction, incident_id)
  const row =
    last &&
    (await transaction
      .selectFrom('actions')
      .select('body')
      .where('run_id', '=', last.run_id)
      .where('id', '=', action_id)
      .executeTakeFirst())
  if (!last || !row) return { facts: { incident_status, root_causes: [] } }
  const { approval: state, ...planned } = JSON.parse(row.body) as RecommendedAction
  const { root_causes } = JSON.parse(last.body) as Pick<Decision, 'root_causes'>
  const target_key = `${incident.identity.cluster ?? ''} ${refKey(planned.target)}`
  const approval = await findUsable(transaction, { incident_id, plan_hash, at })
  const running = await transaction
    .selectFrom('executions')
    .selectAll()
    .where('target_key', '=', target_key)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return {
    facts: {
      incident_status,
      root_causes,
      action: { ...planned, approval_required: state.required },
      ...(approval && { approval }),
      ...(running && { running: toExecution(running) }),
    },
    run_id: last.run_id,
    target_key,
  }
}

function find(executor: Executor, id: string): Promise<ExecutionRow | undefined> {
  return executor.selectFrom('executions').selectAll().where('id', '=', id).executeTakeFirst()
}

const Causes = z.array(AimedCause)

function toExecution(row: ExecutionRow): Execution {
  return {
    id: row.id,
    incident_id: row.incident_id,
    run_id: row.run_id,
    plan_hash: row.plan_hash,
    approval_id: row.approval_id ?? undefined,
    action: PlannedAction.parse(JSON.parse(row.action)),
    causes: Causes.parse(JSON.parse(row.causes)),
    status: row.status,
    started_at: isoOf(row.started_ms),
    started_by: row.started_by,
    expires_at: isoOf(row.expires_ms),
    ended_at: row.ended_ms === null ? undefined : isoOf(row.ended_ms),
    ended_by: row.ended_by ?? undefined,
    note: row.note ?? undefined,
    observed_after: row.observed_after === null ? undefined : ObservedAfter.parse(JSON.parse(row.observed_after)),
  }
}

function toRow(execution: Execution): Omit<ExecutionRow, 'action_id' | 'target_key' | 'concurrent_run_id'> {
  const { started_at, expires_at, ended_at, action, causes, observed_after, ...same } = execution
  return {
    ...same,
    approval_id: same.approval_id ?? null,
    started_ms: Date.parse(started_at),
    expires_ms: Date.parse(expires_at),
    ended_ms: ended_at === undefined ? null : Date.parse(ended_at),
    ended_by: same.ended_by ?? null,
    note: same.note ?? null,
    action: toJson(action),
    causes: toJson(causes),
    observed_after: observed_after === undefined ? null : toJson(observed_after),
  }
}
