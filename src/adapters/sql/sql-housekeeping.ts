import { sql } from 'kysely'
import type { Housekeeping } from '#src/incidents/port.ts'
import type { Evidence } from '#src/domain/evidence.ts'
import { type Columns, type Access, transact } from './engine.ts'
import { toJson } from './to-json.ts'

const columns: Columns = { run_id: 'text', id: 'text', body: 'text' }
const gone = 'the text of this evidence is no longer stored'

/** Forgets the checkpoints of a thread. */
export interface ThreadKeeper {
  deleteThread(thread_id: string): Promise<void>
}

/** Keeps the store from growing: deletes the texts that were read and keeps the conclusions. */
export class SqlHousekeeping implements Housekeeping {
  readonly #access: Access
  readonly #threads: ThreadKeeper

  constructor(access: Access, threads: ThreadKeeper) {
    this.#access = access
    this.#threads = threads
  }

  async trim(before: string, limit: number): Promise<number> {
    const signals = await this.#trimSignals(before, limit)
    return signals + (await this.#trimEvidence(before, limit - signals))
  }

  async forgetThreads(limit: number): Promise<number> {
    const { database, engine } = this.#access
    const ended = await database
      .selectFrom('threads')
      .select('id')
      .where('ended_at', 'is not', null)
      .orderBy('ended_at')
      .limit(limit)
      .execute()
    for (const { id } of ended) {
      await this.#threads.deleteThread(id)
      await engine.transactUnforced(database, async (transaction) => {
        await transaction.deleteFrom('run_journal').where('run_id', '=', id).execute()
        await transaction.deleteFrom('threads').where('id', '=', id).execute()
      })
    }
    return ended.length
  }

  #trimSignals(before: string, limit: number): Promise<number> {
    return transact(this.#access, undefined, async (transaction) => {
      const { rows } = await sql`update signals set raw = null where seq in (
      select seq from signals where raw is not null and received_at < ${before} order by received_at limit ${limit})
      returning seq`.execute(transaction)
      return rows.length
    })
  }

  /** Decision by decision: which facts there were, where and when they were read stays, what they said goes. */
  async #trimEvidence(before: string, limit: number): Promise<number> {
    if (limit <= 0) return 0
    return transact(this.#access, undefined, async (transaction) => {
      const due = await sql<{
        run_id: string
      }>`select run_id from decisions where trimmed = 0 and decided_at < ${before}
        order by decided_at limit ${limit}`.execute(transaction)
      for (const { run_id } of due.rows) {
        const rows = await transaction
          .selectFrom('evidence')
          .select(['run_id', 'id', 'body'])
          .where('run_id', '=', run_id)
          .execute()
        const trimmed = rows.map((row) => ({
          ...row,
          body: toJson({ ...(JSON.parse(row.body) as Evidence), statement: gone }),
        }))
        await sql`update evidence set body = r.body from ${this.#access.engine.rowsOf(trimmed, columns)} as r
          where evidence.run_id = r.run_id and evidence.id = r.id`.execute(transaction)
        await sql`update decisions set trimmed = 1 where run_id = ${run_id}`.execute(transaction)
      }
      return due.rows.length
    })
  }
}
