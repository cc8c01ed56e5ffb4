import type { AfterDecision } from '#src/incidents/queue-store.ts'
import { appendNotes, type Note } from '#src/adapters/sql/append-notes.ts'
import { isoOf } from '#src/adapters/sql/incident-rows.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'
import { nameOfChange, toExecution } from './execution-rows.ts'
import type { Asking } from './save-asks.ts'

/** Has a run say what it sees of the changes that were carried out before it began, each once. */
export async function saveSeen(
  { executor, engine, incident_id, run_id, now }: Asking,
  after: AfterDecision,
): Promise<void> {
  const rows = await executor
    .selectFrom('executions')
    .selectAll()
    .where('incident_id', '=', incident_id)
    .where('status', '=', 'done')
    .where('seen_after', 'is', null)
    .where((where) => where.or([where('blind_run_id', 'is', null), where('blind_run_id', '<>', run_id)]))
    .execute()
  const notes: Note[] = []
  for (const row of rows) {
    const execution = toExecution(row)
    const seen = after.see(execution)
    await executor
      .updateTable('executions')
      .set({ seen_after: toJson(seen) })
      .where('id', '=', row.id)
      .execute()
    const text = `after ${nameOfChange(execution)}: ${seen.because}`
    notes.push({ incident_id, at: isoOf(now), kind: 'seen_after', text, run_id })
  }
  await appendNotes(executor, engine, notes)
}
