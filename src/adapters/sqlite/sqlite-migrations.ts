import { type Kysely, sql } from 'kysely'
import { createChangeSchema, createSchema, renameStates } from '#src/adapters/sql/schema.ts'
import type { Migration } from '#src/adapters/sql/migrate.ts'
import type { Engine } from '#src/adapters/sql/engine.ts'

/* Names sort in the order of application and are never changed once released. */

async function run(database: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}

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
 * What was decided then was over with that, so it is closed now. What waited or ran is queued; its run begins anew. Nothing waits
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

/** All changes of the schema of SQLite files so far. */
export function sqliteMigrations(engine: Engine): readonly Migration[] {
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
