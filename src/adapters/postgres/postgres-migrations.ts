import { sql } from 'kysely'
import type { Migration } from '#src/adapters/sql/migrate.ts'
import { createChangeSchema, createSchema, renameStates } from '#src/adapters/sql/schema.ts'
import { postgresEngine } from './postgres-engine.ts'

/** All changes of the schema of PostgreSQL databases so far. */
export const postgresMigrations: readonly Migration[] = [
  {
    name: '2026-11-26-runtime',
    async up(database) {
      await createSchema(database, postgresEngine)
      // The queue's rows change often: what they leave behind is cleared, and counted, sooner than by default.
      await sql`alter table incidents set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`.execute(
        database,
      )
    },
  },
  { name: '2026-11-27-changes', up: (database) => createChangeSchema(database, postgresEngine) },
  { name: '2026-11-30-plain-states', up: (database) => renameStates(database, postgresEngine) },
]
