import Database from 'better-sqlite3'
import { Kysely, type SqliteDatabase, type SqliteStatement, sql } from 'kysely'
import { createStore } from '#src/adapters/sql/create-store.ts'
import { migrate, type Migration } from '#src/adapters/sql/migrate.ts'
import type { Store } from '#src/adapters/sql/store.ts'
import type { Tables } from '#src/adapters/sql/tables.ts'
import { createCheckpointSaver } from './checkpoint-saver.ts'
import { WaitingSqliteDialect } from './waiting-dialect.ts'
import { createSqliteEngine } from './sqlite-engine.ts'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createChangeSchema, createSchema, renameStates } from '#src/adapters/sql/schema.ts'
import type { Engine } from '#src/adapters/sql/engine.ts'

const capacity = 200

const incidents = [
  `create table incidents (
    id text primary key, fingerprint text not null, namespace text, resource text not null, reason text, message text,
    status text not null check (status in ('queued', 'running', 'done', 'failed')),
    signal_count integer not null, trace_id text not null, opened_at text not null, updated_at text not null
  ) strict`,
  `create unique index incidents_under_way on incidents (fingerprint) where status in ('queued', 'running')`,
  `create index incidents_opened on incidents (opened_at)`,
  `create table runs (
    id text primary key, incident_id text not null references incidents (id), trace_id text not null,
    status text not null check (status in ('running', 'done', 'failed', 'interrupted')),
    started_at text not null, finished_at text
  ) strict`,
  `create index runs_incident on runs (incident_id)`,
  `create table evidence (
    run_id text not null references runs (id), id text not null, position integer not null, body text not null,
    primary key (run_id, id)
  ) strict, without rowid`,
  `create table decisions (
    run_id text primary key references runs (id), incident_id text not null references incidents (id),
    outcome text not null, decided_at text not null, body text not null
  ) strict`,
  `create index decisions_incident on decisions (incident_id, decided_at)`,
]

const tables = ['incidents', 'runs', 'evidence', 'decisions']

const setAside = [
  ...['incidents_under_way', 'incidents_opened', 'runs_incident', 'decisions_incident'].map(
    (index) => `drop index ${index}`,
  ),
  ...tables.map((table) => `alter table ${table} rename to former_${table}`),
]

const ms = (column: string) => `cast(round((julianday(${column}) - 2440587.5) * 86400000) as integer)`

/*
 * What was decided then was over with that, so it is closed now. What waited or ran is queued; its run starts again. Nothing waits
 * so long that it is given up.
 */
const takeOver = [
  `insert into incidents (id, fingerprint, namespace, resource, problem_class, service, reason, message, status, status_reason,
      priority, trace_id, next_trace_id, signal_count, opened_at, opened_ms, updated_at, last_signal_ms, queued_ms, claim_rank,
      available_ms, attempt, outcome, decided_at, decided_ms, closed_at)
    select i.id, i.fingerprint, i.namespace, i.resource, 'unknown', coalesce(i.namespace || '/', '') || (i.resource ->> 'name'),
      i.reason, i.message,
      case i.status when 'done' then 'closed' when 'failed' then 'failed' else 'queued' end,
      case i.status when 'done' then 'decided by an earlier version' end,
      'P3', i.trace_id, i.trace_id, i.signal_count, i.opened_at, ${ms('i.opened_at')}, i.updated_at, ${ms('i.updated_at')},
      ${ms('i.opened_at')}, ${ms('i.opened_at')} + 240000, 0,
      (select count(*) from former_runs r where r.incident_id = i.id),
      d.outcome, d.decided_at, ${ms('d.decided_at')}, case i.status when 'done' then i.updated_at end
    from former_incidents i
    left join former_decisions d on d.run_id = (
      select run_id from former_decisions l where l.incident_id = i.id order by l.decided_at desc limit 1)`,
  `insert into runs (id, incident_id, trace_id, status, started_at, finished_at)
    select id, incident_id, trace_id, case status when 'running' then 'interrupted' else status end, started_at, finished_at
    from former_runs`,
  `insert into decisions (run_id, incident_id, outcome, decided_at, body)
    select run_id, incident_id, outcome, decided_at, json_remove(body, '$.recommended_actions') from former_decisions`,
  `insert into evidence (run_id, id, position, body) select run_id, id, position, body from former_evidence`,
  `insert into actions (run_id, id, position, body)
    select d.run_id, a.value ->> 'id', a.key, a.value from former_decisions d, json_each(d.body, '$.recommended_actions') a`,
  ...tables.toReversed().map((table) => `drop table former_${table}`),
]

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

/* Names sort in the order of application and are never changed once released. */

async function run(database: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}

/** All changes of the schema of SQLite files so far. */
function sqliteMigrations(engine: Engine): readonly Migration[] {
  return [
    { name: '2026-11-21-incidents', up: (database) => run(database, incidents) },
    {
      name: '2026-11-26-runtime',
      async up(database) {
        await run(database, setAside)
        await createSchema(database, engine)
        await run(database, takeOver)
      },
    },
    { name: '2026-11-27-changes', up: (database) => createChangeSchema(database, engine) },
    { name: '2026-11-30-plain-states', up: (database) => renameStates(database, engine) },
  ]
}
