import type { Kysely, RawBuilder, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** What SQL can be sent to. */
export type Executor = Kysely<Tables> | Transaction<Tables>

/** What must not run twice at the same time. */
export type LockName = 'admission' | 'claim' | 'audit' | 'migration' | 'catalogue'

/** How a list of objects becomes rows of one statement: names of the fields with their types. */
export type Columns = Readonly<Record<string, 'text' | 'int'>>

/** Where the two engines differ. */
export interface Engine {
  /** One writer at a time. */
  has_one_writer: boolean
  /** Type of whole numbers, and what ends the definition of a table. */
  integer: string
  table_end: string
  /** A column that numbers the rows in the order of arrival. */
  sequence: string
  /** Held until the transaction ends. On SQLite a transaction holds the only lock there is. */
  lock(transaction: Executor, name: LockName): Promise<void>
  /**
   * A transaction whose commit outlives the end of this process, but is not waited for until it is on the disk: a power cut may take it.
   * A later commit that is waited for takes it to the disk with it.
   */
  transactUnforced<T>(database: Kysely<Tables>, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>
  /** Behind a select of rows that this transaction is going to write, from the table with the alias `i`. */
  for_update: RawBuilder<unknown>
  skip_locked: RawBuilder<unknown>
  /** Behind a column of text: compared by its bytes, independent of the locale of the database. */
  by_bytes: RawBuilder<unknown>
  /** A subquery with a row per object: one statement text and one parameter, for any number of objects. */
  rowsOf(objects: readonly object[], columns: Columns): RawBuilder<unknown>
  /** Inserts a row for each object, in their order. Inside a transaction alone. */
  insertRows(transaction: Executor, table: keyof Tables, rows: readonly object[], columns: Columns): Promise<void>
  /** Sets the columns of the rows with the objects' `id`. Inside a transaction alone. */
  updateRows(transaction: Executor, table: keyof Tables, rows: readonly object[], columns: Columns): Promise<void>
  /** True of rows whose column has one of the values; found over the column's index, independent of the planner's statistics. */
  isOneOf(column: string, values: readonly string[]): RawBuilder<unknown>
}

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
