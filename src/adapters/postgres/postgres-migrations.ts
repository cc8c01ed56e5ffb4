import type { Migration } from '../sql/migrate.ts'
import { createSchema } from '../sql/schema.ts'
import { postgresEngine } from './postgres-engine.ts'

/** All changes of the schema of PostgreSQL databases so far. */
export const postgresMigrations: readonly Migration[] = [
  { name: '2026-11-26-runtime', up: (database) => createSchema(database, postgresEngine) },
]
