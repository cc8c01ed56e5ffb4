import type { Kysely, Transaction } from 'kysely'
import type { Engine, LockName } from './engine.ts'
import type { Tables } from './tables.ts'

/** A store's access to its database. */
export interface Access {
  database: Kysely<Tables>
  engine: Engine
}

/** All of the work or nothing of it, one after the other among those that take the same lock. */
export function transact<T>(
  { database, engine }: Access,
  lock: LockName | undefined,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return database.transaction().execute(async (transaction) => {
    if (lock) await engine.lock(transaction, lock)
    return work(transaction)
  })
}
