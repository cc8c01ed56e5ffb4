import type { Updateable } from 'kysely'
import type { Executor } from '#src/adapters/sql/engine.ts'
import type { Tables } from '#src/adapters/sql/tables.ts'

/** Changes one incident. */
export async function updateIncident(
  executor: Executor,
  id: string,
  changes: Updateable<Tables['incidents']>,
): Promise<void> {
  await executor.updateTable('incidents').set(changes).where('id', '=', id).execute()
}
