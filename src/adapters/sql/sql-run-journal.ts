import { sql } from 'kysely'
import type { RunJournal } from '#src/orchestrator/run-journal.ts'
import type { Columns, Access } from './engine.ts'

const columns: Columns = { part: 'text', body: 'text' }

/** What runs have found so far, a row per part. Where a power cut takes the last of it, a step of a run is done once more. */
export class SqlRunJournal implements RunJournal {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async save(run_id: string, parts: Readonly<Record<string, string>>): Promise<void> {
    const { database, engine } = this.#access
    const rows = Object.entries(parts).map(([part, body]) => ({ part, body }))
    if (rows.length === 0) return
    await engine.transactUnforced(database, (transaction) =>
      sql`insert into run_journal (run_id, part, body)
      select ${run_id}, r.part, r.body from ${engine.rowsOf(rows, columns)} as r where true
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
