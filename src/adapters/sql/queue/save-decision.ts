import { sql } from 'kysely'
import type { Decision } from '#src/domain/decision.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'
import { toJson } from '#src/adapters/sql/to-json.ts'

const bodies: Columns = { id: 'text', body: 'text' }

/** Keeps what a run came to: the decision, its evidence and its actions, each a row. */
export async function saveDecision(
  executor: Executor,
  engine: Engine,
  { decision, run_id, incident_id, at }: { decision: Decision; run_id: string; incident_id: string; at: string },
): Promise<void> {
  const { evidence, recommended_actions, ...body } = decision
  await sql`insert into decisions (run_id, incident_id, outcome, decided_at, body)
    values (${run_id}, ${incident_id}, ${decision.outcome}, ${at}, ${toJson(body)})`.execute(executor)
  for (const [table, items] of [
    ['evidence', evidence],
    ['actions', recommended_actions],
  ] as const) {
    if (items.length === 0) continue
    const rows = items.map((item) => ({ id: item.id, body: toJson(item) }))
    await sql`insert into ${sql.table(table)} (run_id, id, position, body)
      select ${run_id}, r.id, r.position, r.body from ${engine.rowsOf(rows, bodies)} as r`.execute(executor)
  }
}
