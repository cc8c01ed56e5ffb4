import type { Approval } from '#src/domain/approval.ts'
import type { Execution } from '#src/domain/execution.ts'
import { recommend } from './recommend.ts'

const { approval: _approval, plan_hash = '', ...action } = recommend('inc_1')

/** A time so many minutes after 2026-11-21T08:00Z, or after `from`. */
export const minutesAfter = (minutes: number, from = Date.parse('2026-11-21T08:00:00.000Z')) =>
  new Date(from + minutes * 60_000).toISOString()

/** An approval that waits for a person: of a rollback of payments/gateway, asked for at 8:00 for an hour. */
export function buildApproval(over: Partial<Approval> = {}): Approval {
  return {
    id: 'apr_1',
    incident_id: 'inc_1',
    namespace: 'payments',
    service: 'gateway',
    run_id: 'run_1',
    plan_hash,
    action: { ...action, plan_hash },
    status: 'pending',
    asked_at: minutesAfter(0),
    expires_at: minutesAfter(60),
    ...over,
  }
}

/** Somebody is at the same rollback since 8:00. */
export function buildExecution(over: Partial<Execution> = {}): Execution {
  return {
    id: 'exe_1',
    incident_id: 'inc_1',
    run_id: 'run_1',
    plan_hash,
    approval_id: 'apr_1',
    action: { ...action, plan_hash },
    causes: [{ resource: action.target, mechanism: 'missing_env' }],
    status: 'running',
    started_at: minutesAfter(0),
    started_by: 'anna',
    expires_at: minutesAfter(60),
    ...over,
  }
}
