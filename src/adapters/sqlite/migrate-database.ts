import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { CodedError } from '../../domain/coded-error.ts'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

/** Brings a database file to the newest schema; a file of a newer version of the service is refused. */
export async function migrateDatabase(database: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  throw new CodedError('SRE_SQLITE_MIGRATION', 'the database file could not be brought to the schema of this version', {
    cause: error,
  })
}
