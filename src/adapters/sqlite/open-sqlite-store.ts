import type Database from 'better-sqlite3'
import { Kysely } from 'kysely'
import { createStore } from '#src/adapters/sql/create-store.ts'
import { migrate } from '#src/adapters/sql/migrate.ts'
import type { Store } from '#src/adapters/sql/store.ts'
import type { Tables } from '#src/adapters/sql/tables.ts'
import { createCheckpointSaver } from './checkpoint-saver.ts'
import { openDatabase } from './open-database.ts'
import { PatientSqliteDialect } from './patient-dialect.ts'
import { createSqliteEngine } from './sqlite-engine.ts'
import { sqliteMigrations } from './sqlite-migrations.ts'
import { withStatementCache } from './statement-cache.ts'

/** Opens (and migrates) the store in a SQLite file. Several processes of one machine may have it open. */
export async function openSqliteStore(path: string): Promise<Store> {
  const file = openDatabase(path, 'FULL')
  const database = new Kysely<Tables>({
    dialect: new PatientSqliteDialect({ database: withStatementCache(file) }),
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
