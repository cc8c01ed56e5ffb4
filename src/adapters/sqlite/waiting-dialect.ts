import { setTimeout as pause } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteDialect,
  SqliteDriver,
  type SqliteDialectConfig,
} from 'kysely'

/** SQLite for Kysely, except that waiting for a lock does not block the process. */
export class WaitingSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): SqliteDriver {
    return new WaitingDriver(this.#config)
  }
}

class WaitingDriver extends SqliteDriver {
  #connection: DatabaseConnection | undefined

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= new WaitingConnection(await super.acquireConnection())
    return this.#connection
  }
}

/** A transaction takes the write lock when it begins, so only that, and what stands outside of transactions, ever has to try again. */
class WaitingConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection

  constructor(inner: DatabaseConnection) {
    this.#inner = inner
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return whileBusy(() => this.#inner.executeQuery<R>(query))
  }

  streamQuery<R>(query: CompiledQuery, chunk: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunk)
  }
}

/* SQLite's own waiting for another writer blocks the whole process; with a writer of the same process that is a deadlock. */

const busyTimeoutMs = 10_000

/** Does what needs the write lock; while another writer holds it, tries again after a few milliseconds, without blocking the process. */
export async function whileBusy<T>(work: () => T | Promise<T>): Promise<T> {
  const started = performance.now()
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isBusy(error) || performance.now() - started > busyTimeoutMs) throw error
    }
    await pause(1 + Math.random() * 3)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
