import { z } from 'zod'
import { PlannedAction } from '#src/domain/action.ts'
import { AimedCause, type Execution, ObservedAfter } from '#src/domain/execution.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import type { ExecutionRow } from '#src/adapters/sql/tables.ts'

const Causes = z.array(AimedCause)

/** An execution of its row. */
export function toExecution(row: ExecutionRow): Execution {
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
    seen_after: row.seen_after === null ? undefined : ObservedAfter.parse(JSON.parse(row.seen_after)),
  }
}

/** What was carried out, in a word or two. */
export function nameOfChange({ action, id }: Pick<Execution, 'action' | 'id'>): string {
  return `${action.kind} of ${action.target.kind} ${action.target.name} (${id})`
}
