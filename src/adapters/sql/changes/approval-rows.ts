import { type RawBuilder, sql } from 'kysely'
import { type Approval } from '#src/domain/approval.ts'
import { PlannedAction } from '#src/domain/action.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import type { ApprovalRow, IncidentRow } from '#src/adapters/sql/tables.ts'

/** An approval with what its incident says of it. */
export interface JoinedApproval extends ApprovalRow {
  namespace: string | null
  service: string
  incident_status: IncidentRow['status']
}

/** What can still be answered or used. */
const live = sql`a.status in ('pending', 'approved') and a.execution_id is null`

/** A status as it stands at `now`, whether or not that has been written down yet. */
export function statusAt(now: number): RawBuilder<ApprovalRow['status']> {
  return sql`case when ${live} and i.status = 'closed' then 'withdrawn'
    when ${live} and a.expires_ms <= ${now} then 'expired' else a.status end`
}

/** Approvals `a` with their incidents `i`, each with its status at `now`. */
export function joined(now: number): RawBuilder<JoinedApproval> {
  return sql<JoinedApproval>`select a.id, a.incident_id, a.run_id, a.action_id, a.plan_hash, ${statusAt(now)} as status,
    case when ${live} and i.status = 'closed' then 'its incident is closed' else a.status_reason end as status_reason,
    a.asked_ms, a.expires_ms, a.decided_ms, a.decided_by, a.comment, a.execution_id, a.action,
    i.namespace, i.service, i.status as incident_status
    from approvals a join incidents i on i.id = a.incident_id`
}

/** An approval of its row. */
export function toApproval(row: JoinedApproval): Approval {
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
