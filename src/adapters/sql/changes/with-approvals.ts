import type { ApprovalState, RecommendedAction } from '#src/domain/action.ts'
import type { Executor } from '#src/adapters/sql/engine.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import type { ApprovalRow, IncidentRow } from '#src/adapters/sql/tables.ts'

/** Actions of a decision as they were stored, each with what has become of its approval since. */
export async function withApprovals(
  executor: Executor,
  actions: unknown[],
  { run_id, incident }: { run_id: string; incident: IncidentRow },
): Promise<unknown[]> {
  const known = actions as RecommendedAction[]
  if (!known.some((action) => action.approval.required)) return actions
  const rows = await executor
    .selectFrom('approvals')
    .select(['id', 'action_id', 'status', 'expires_ms', 'execution_id'])
    .where('incident_id', '=', incident.id)
    .where('run_id', '=', run_id)
    .orderBy('asked_ms')
    .orderBy('id')
    .execute()
  const byAction = new Map(rows.map((row) => [row.action_id, row]))
  return known.map((action) => {
    const row = byAction.get(action.id)
    return row ? { ...action, approval: stateOf(row, incident) } : action
  })
}

type Row = Pick<ApprovalRow, 'id' | 'status' | 'expires_ms' | 'execution_id'>

function stateOf({ id, status, expires_ms, execution_id }: Row, incident: IncidentRow): ApprovalState {
  const open = execution_id === null && (status === 'pending' || status === 'approved')
  if (status === 'withdrawn' || (open && incident.status === 'closed')) return { required: true, status: 'expired', id }
  return { required: true, status, id, ...(open && { expires_at: isoOf(expires_ms) }) }
}
