import { type Kysely, sql } from 'kysely'
import { CodedError } from '#src/domain/coded-error.ts'
import { type Access, transact } from './engine.ts'

/** A change of the schema, by a name that sorts in the order of application. */
export interface Migration {
  name: string
  up(database: Kysely<unknown>): Promise<void>
}

/**
 * Brings a database to the newest schema, all or nothing. Safe with several processes at once: they go one after the other, and the
 * second finds it done. A schema of a newer version of the service is refused.
 */
export async function migrate(access: Access, migrations: readonly Migration[]): Promise<void> {
  try {
    await transact(access, 'migration', async (transaction) => {
      await sql`create table if not exists kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null)`.execute(
        transaction,
      )
      const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(transaction)
      const done = new Set(rows.map((row) => row.name))
      refuseUnknown(done, migrations)
      for (const migration of migrations.filter(({ name }) => !done.has(name))) {
        await migration.up(transaction as unknown as Kysely<unknown>)
        const at = new Date().toISOString()
        await sql`insert into kysely_migration (name, timestamp) values (${migration.name}, ${at})`.execute(transaction)
      }
    })
  } catch (cause) {
    throw new CodedError('SRE_STORE_MIGRATION', 'the database could not be brought to the schema of this version', {
      cause,
    })
  }
}

function refuseUnknown(done: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name))
  const unknown = [...done].filter((name) => !known.has(name))
  if (unknown.length > 0) throw new Error(`schema of a newer version: ${unknown.join(', ')}`)
}
