import { type Kysely, sql, type Transaction } from 'kysely'
import type { RecommendedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import type { BeginFacts, BeginVerdict, Begun, ExecutionDraft } from '#src/remediation/execution-store.ts'
import { appendNotes } from '#src/adapters/sql/append-notes.ts'
import type { Engine } from '#src/adapters/sql/engine.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import { lastDecision } from '#src/adapters/sql/last-decision.ts'
import type { ExecutionRow, IncidentRow, Tables } from '#src/adapters/sql/tables.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'
import { type JoinedApproval, joined, toApproval } from './approval-rows.ts'
import { nameOfChange, toExecution } from './execution-rows.ts'

interface Writing {
  transaction: Transaction<Tables>
  engine: Engine
}

/** An incident's row, held until the transaction ends. */
export async function lockIncident({ transaction, engine }: Writing, id: string): Promise<IncidentRow | undefined> {
  const { rows } = await sql<IncidentRow>`select i.* from incidents i where i.id = ${id} ${engine.for_update}`.execute(
    transaction,
  )
  return rows[0]
}

/** Begins an execution where `judge` lets it, inside a transaction that nobody else admits or begins beside. */
export async function beginExecution(
  { transaction, engine }: Writing,
  draft: ExecutionDraft,
  judge: (facts: BeginFacts) => BeginVerdict,
): Promise<Begun> {
  const incident = await lockIncident({ transaction, engine }, draft.incident_id)
  if (!incident) return { kind: 'unknown' }
  const { facts, run_id, target_key } = await gather(transaction, incident, draft)
  const verdict = judge(facts)
  if ('refusal' in verdict) return { kind: 'refused', refusal: verdict.refusal }
  const { action, approval } = facts
  if (!action || run_id === undefined || target_key === undefined)
    throw new Error('an execution of nothing was let begin')
  const { approval_required: _required, ...planned } = action
  const row: ExecutionRow = {
    id: draft.id,
    incident_id: incident.id,
    run_id,
    action_id: draft.action_id,
    plan_hash: draft.plan_hash,
    approval_id: approval?.id ?? null,
    target_key,
    status: 'running',
    started_ms: draft.at,
    started_by: draft.by,
    expires_ms: draft.expires_ms,
    ended_ms: null,
    ended_by: null,
    note: null,
    blind_run_id: null,
    action: toJson(planned),
    causes: toJson(verdict.causes),
    seen_after: null,
  }
  await transaction.insertInto('executions').values(row).execute()
  if (approval)
    await transaction.updateTable('approvals').set({ execution_id: row.id }).where('id', '=', approval.id).execute()
  const execution = toExecution(row)
  const text = `${draft.by} begins ${nameOfChange(execution)} by hand`
  const at = isoOf(draft.at)
  await appendNotes(transaction, engine, [
    { incident_id: incident.id, at, kind: 'execution_started', text, run_id, actor: draft.by },
  ])
  return { kind: 'begun', execution }
}

interface Gathered {
  facts: BeginFacts
  run_id?: string
  target_key?: string
}

async function gather(
  transaction: Kysely<Tables>,
  incident: IncidentRow,
  { action_id, plan_hash, at }: ExecutionDraft,
): Promise<Gathered> {
  const incident_status = incident.status
  const last = await lastDecision(transaction, incident.id)
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
  const target_key = `${incident.cluster ?? ''} ${refKey(planned.target)}`
  const { rows } = await sql<JoinedApproval>`select * from (${joined(at)} where a.incident_id = ${incident.id}
    and a.plan_hash = ${plan_hash} and a.execution_id is null) as live where live.status = 'approved'`.execute(
    transaction,
  )
  const busy = await transaction
    .selectFrom('executions')
    .selectAll()
    .where('target_key', '=', target_key)
    .where('status', '=', 'running')
    .executeTakeFirst()
  const approval = rows[0]
  return {
    facts: {
      incident_status,
      root_causes,
      action: { ...planned, approval_required: state.required },
      ...(approval && { approval: toApproval(approval) }),
      ...(busy && { under_way: toExecution(busy) }),
    },
    run_id: last.run_id,
    target_key,
  }
}
