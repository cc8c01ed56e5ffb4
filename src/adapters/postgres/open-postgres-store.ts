import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool, types } from 'pg'
import { createStore } from '#src/adapters/sql/create-store.ts'
import { migrate, type Migration } from '#src/adapters/sql/migrate.ts'
import type { Store } from '#src/adapters/sql/store.ts'
import type { Tables } from '#src/adapters/sql/tables.ts'
import { type Access, transact } from '#src/adapters/sql/engine.ts'
import { postgresEngine } from './postgres-engine.ts'
import { createChangeSchema, createSchema, renameStates } from '#src/adapters/sql/schema.ts'

/** What is reported besides answers. */
export interface PostgresOptions {
  /** An idle connection broke; the next use opens a new one, or fails. */
  onConnectionLost?(error: Error): void
}

/** All changes of the schema of PostgreSQL databases so far. */
const postgresMigrations: readonly Migration[] = [
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

/** Opens (and migrates) the store in a PostgreSQL database. Any number of replicas may share it. */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<Store> {
  const pool = createPool(url)
  pool.on('error', (error) => options.onConnectionLost?.(error))
  // A connection in use that breaks between two statements: the next statement fails and reports it.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const access = { database, engine: postgresEngine }
  try {
    await migrate(access, postgresMigrations)
    const checkpoints = new PostgresSaver(pool)
    await setUp(access, checkpoints)
    return createStore(access, { checkpoints, close: () => database.destroy() })
  } catch (error) {
    await database.destroy()
    throw error
  }
}

/** The saver makes its tables; replicas that start together do so one after the other. */
async function setUp(access: Access, checkpoints: PostgresSaver): Promise<void> {
  await transact(access, 'migration', () => checkpoints.setup())
}

/**
 * Nothing waits for ever: neither for a connection, nor for an answer over a dead one, nor for a lock of a replica that hangs in the
 * middle of a transaction (the server ends that). A commit is on the server's disk, for any default of the server.
 */
function createPool(connectionString: string): Pool {
  return new Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    statement_timeout: 25_000,
    lock_timeout: 15_000,
    idle_in_transaction_session_timeout: 20_000,
    keepAlive: true,
    application_name: 'sre-agent',
    options: '-c synchronous_commit=on',
    types: { getTypeParser },
  })
}

const bigints = 20

/** Counts and milliseconds come as numbers; they are far below the largest whole number that is exact. */
const getTypeParser: typeof types.getTypeParser = ((id: number, format?: 'text') =>
  id === bigints ? Number : types.getTypeParser(id, format)) as typeof types.getTypeParser
