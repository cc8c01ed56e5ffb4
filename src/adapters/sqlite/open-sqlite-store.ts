import Database from 'better-sqlite3'
import { Kysely, type SqliteDatabase, type SqliteStatement } from 'kysely'
import { createStore } from '#src/adapters/sql/create-store.ts'
import { migrate } from '#src/adapters/sql/migrate.ts'
import type { Store } from '#src/adapters/sql/store.ts'
import type { Tables } from '#src/adapters/sql/tables.ts'
import { createCheckpointSaver } from './checkpoint-saver.ts'
import { WaitingSqliteDialect } from './waiting-dialect.ts'
import { createSqliteEngine } from './sqlite-engine.ts'
import { sqliteMigrations } from './sqlite-migrations.ts'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

const capacity = 200

/** Opens (and migrates) the store in a SQLite file. Several processes of one machine may have it open. */
export async function openSqliteStore(path: string): Promise<Store> {
  const file = openDatabase(path, 'FULL')
  const database = new Kysely<Tables>({
    dialect: new WaitingSqliteDialect({ database: withStatementCache(file) }),
  })
  const engine = createSqliteEngine(file)
  const access = { database, engine }
  try {
    await withoutForeignKeys(file, () => migrate(access, sqliteMigrations(engine)))
    const saver = createCheckpointSaver(path === ':memory:' ? file : openDatabase(path, 'NORMAL'))
    const close = async () => {
      await database.destroy()
      saver.close()
    }
    return createStore(access, { checkpoints: saver, close })
  } catch (error) {
    await database.destroy()
    if (file.open) file.close()
    throw error
  }
}

/** A migration replaces tables that others refer to. */
async function withoutForeignKeys(file: Database.Database, work: () => Promise<void>): Promise<void> {
  file.pragma('foreign_keys = OFF')
  await work()
  file.pragma('foreign_keys = ON')
}

/**
 * A database file, its folder made where it is missing. `FULL`: every commit survives a power cut. `NORMAL` (which SQLite is
 * compiled with here for WAL): every commit survives the end of the process, and a power cut may take the last ones.
 * From then on a lock that somebody else holds is an error at once: SQLite's own way to wait blocks the whole process (`whileBusy`).
 */
function openDatabase(path: string, synchronous: 'FULL' | 'NORMAL'): Database.Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new Database(path, { timeout: 5_000 })
  database.pragma('journal_mode = WAL')
  database.pragma(`synchronous = ${synchronous}`)
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 0')
  return database
}

/**
 * The database as Kysely wants it, with each statement prepared once: the service knows a few dozen statements. A transaction takes
 * the write lock when it begins: one that reads first and writes later would fail where another process wrote in between.
 */
function withStatementCache(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => void database.close(),
    prepare(text) {
      const known = statements.get(text)
      if (known) return known
      const statement: SqliteStatement = database.prepare(text === 'begin' ? 'begin immediate' : text)
      if (statements.size < capacity) statements.set(text, statement)
      return statement
    },
  }
}
