import { sql } from 'kysely'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Columns, Engine, Executor } from '#src/adapters/sql/engine.ts'

const columns: Columns = { resource_key: 'text' }

/** What stands in the cause graph of the last decision, in place of what stood in the one before. */
export async function saveScope(
  executor: Executor,
  engine: Engine,
  incident_id: string,
  scope: readonly ResourceRef[],
): Promise<void> {
  await sql`delete from incident_scope where incident_id = ${incident_id}`.execute(executor)
  const keys = [...new Set(scope.map(refKey))].map((resource_key) => ({ resource_key }))
  if (keys.length === 0) return
  await sql`insert into incident_scope (incident_id, resource_key)
    select ${incident_id}, r.resource_key from ${engine.rowsOf(keys, columns)} as r`.execute(executor)
}
