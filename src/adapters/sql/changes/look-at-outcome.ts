import type { Transaction } from 'kysely'
import type { ExecutionEnd } from '#src/remediation/execution-store.ts'
import { queueAgain } from '#src/adapters/sql/queue-again.ts'
import { updateIncident } from '#src/adapters/sql/queue/update-incident.ts'
import type { IncidentRow, Tables } from '#src/adapters/sql/tables.ts'

/**
 * Sees to it that a run begins after a change: a run under way, or one that is to be gone on with, is followed by another. False where
 * another incident about the same problem is open: that one's runs look.
 */
export async function lookAtOutcome(
  transaction: Transaction<Tables>,
  row: IncidentRow,
  { id, end }: { id: string; end: ExecutionEnd },
): Promise<boolean> {
  const { at, trace_id, queue_expires_ms: expires_ms } = end
  if (row.status === 'running' || (row.status === 'queued' && row.resumes === 1)) {
    await updateIncident(transaction, row.id, { woken: 1, wake_expires_ms: expires_ms, next_trace_id: trace_id })
    return true
  }
  if (row.status === 'queued') return true
  return queueAgain(transaction, row, { reason: `looks at what came of ${id}`, at, expires_ms, trace_id })
}
