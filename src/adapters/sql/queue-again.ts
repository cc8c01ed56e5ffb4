import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import { claimRank } from './claim-rank.ts'
import { updateIncident } from './queue/update-incident.ts'
import type { IncidentRow, Tables } from './tables.ts'

/** Why, when and for how long. Times are epoch milliseconds. */
export interface QueueAgain {
  reason: string
  at: number
  expires_ms: number
  trace_id: string
}

/** A run under way loses its claim, and nothing of it is taken up again. */
export const unclaimed = { owner: null, lease_until: null, run_id: null, resumes: 0, woken: 0, close_after: null }

/** Queues an incident for a new run, its failures forgotten, inside a transaction. False: another one about the same problem is open. */
export async function queueAgain(
  transaction: Transaction<Tables>,
  row: IncidentRow,
  { reason, at, expires_ms, trace_id }: QueueAgain,
): Promise<boolean> {
  if (await isTaken(transaction, row)) return false
  await updateIncident(transaction, row.id, {
    ...unclaimed,
    status: 'queued',
    status_reason: reason,
    queued_ms: at,
    claim_rank: claimRank(at, row.priority),
    available_ms: 0,
    expires_ms,
    failures: 0,
    next_trace_id: trace_id,
    closed_at: null,
    merged_into: null,
    last_signal_ms: at,
    updated_at: new Date(at).toISOString(),
  })
  return true
}

async function isTaken(transaction: Transaction<Tables>, { id, fingerprint }: IncidentRow): Promise<boolean> {
  const { rows } = await sql`select id from incidents where fingerprint = ${fingerprint} and id <> ${id}
    and status in ('queued', 'running', 'done')`.execute(transaction)
  return rows.length > 0
}
