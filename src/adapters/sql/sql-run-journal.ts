import { sql } from 'kysely'
import type { RunJournal } from '#src/orchestrator/port.ts'
import type { Access } from './engine.ts'

/** What the steps of runs found, a row per step. Where a power cut takes the last row, that step of a run is done once more. */
export class SqlRunJournal implements RunJournal {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async save(run_id: string, step: string, found: string): Promise<void> {
    const { database, engine } = this.#access
    await engine.transactUnforced(database, (transaction) =>
      sql`insert into run_journal (run_id, part, body) values (${run_id}, ${step}, ${found})
      on conflict (run_id, part) do update set body = excluded.body`.execute(transaction),
    )
  }

  async load(run_id: string): Promise<Record<string, string> | undefined> {
    const rows = await this.#access.database
      .selectFrom('run_journal')
      .select(['part', 'body'])
      .where('run_id', '=', run_id)
      .execute()
    if (rows.length === 0) return undefined
    return Object.fromEntries(rows.map(({ part, body }): [string, string] => [part, body]))
  }

  async forget(run_id: string): Promise<void> {
    const { database, engine } = this.#access
    await engine.transactUnforced(database, (transaction) =>
      transaction.deleteFrom('run_journal').where('run_id', '=', run_id).execute(),
    )
  }
}
