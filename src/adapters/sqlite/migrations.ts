import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/* Names sort in the order of application and are never changed once released. */

/** All changes of the schema so far. */
export const migrations: Record<string, Migration> = {
  '2026-11-21-incidents': {
    async up(database: Kysely<unknown>) {
      await sql`create table incidents (
        id text primary key, fingerprint text not null, namespace text, resource text not null, reason text, message text,
        status text not null check (status in ('queued', 'running', 'done', 'failed')),
        signal_count integer not null, trace_id text not null, opened_at text not null, updated_at text not null
      ) strict`.execute(database)
      await sql`create unique index incidents_under_way on incidents (fingerprint) where status in ('queued', 'running')`.execute(
        database,
      )
      await sql`create index incidents_opened on incidents (opened_at)`.execute(database)
      await sql`create table runs (
        id text primary key, incident_id text not null references incidents (id), trace_id text not null,
        status text not null check (status in ('running', 'done', 'failed', 'interrupted')),
        started_at text not null, finished_at text
      ) strict`.execute(database)
      await sql`create index runs_incident on runs (incident_id)`.execute(database)
      await sql`create table evidence (
        run_id text not null references runs (id), id text not null, position integer not null, body text not null,
        primary key (run_id, id)
      ) strict, without rowid`.execute(database)
      await sql`create table decisions (
        run_id text primary key references runs (id), incident_id text not null references incidents (id),
        outcome text not null, decided_at text not null, body text not null
      ) strict`.execute(database)
      await sql`create index decisions_incident on decisions (incident_id, decided_at)`.execute(database)
    },
  },
}
