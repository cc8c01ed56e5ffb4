import { sql } from 'kysely'
import type { RunJournal } from '../../orchestrator/run-journal.ts'
import type { Columns } from './engine.ts'
import { toJson } from './to-json.ts'
import type { Access } from './transact.ts'

const columns: Columns = { part: 'text', body: 'text' }

/** What runs have found so far, a row per part. */
export class SqlRunJournal implements RunJournal {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  async save(run_id: string, parts: Readonly<Record<string, unknown>>): Promise<void> {
    const { database, engine } = this.#access
    const rows = Object.entries(parts).map(([part, body]) => ({ part, body: toJson(body) }))
    if (rows.length === 0) return
    await sql`insert into run_journal (run_id, part, body)
      select ${run_id}, r.part, r.body from ${engine.rowsOf(rows, columns)} as r where true
      on conflict (run_id, part) do update set body = excluded.body`.execute(database)
  }

  async load(run_id: string): Promise<Record<string, unknown> | undefined> {
    const rows = await this.#access.database
      .selectFrom('run_journal')
      .select(['part', 'body'])
      .where('run_id', '=', run_id)
      .execute()
    if (rows.length === 0) return undefined
    return Object.fromEntries(rows.map(({ part, body }): [string, unknown] => [part, JSON.parse(body)]))
  }

  async forget(run_id: string): Promise<void> {
    await this.#access.database.deleteFrom('run_journal').where('run_id', '=', run_id).execute()
  }
}
