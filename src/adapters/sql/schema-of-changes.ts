import { type Kysely, sql } from 'kysely'
import type { Engine } from './engine.ts'

/* Statements that make the tables of 2026-11-27: approvals, executions, the catalogue. Never changed once released. */

function approvals({ integer: int, table_end: end }: Engine): string[] {
  return [
    `create table approvals (
      id text primary key, incident_id text not null references incidents (id), run_id text not null, action_id text not null,
      plan_hash text not null, status text not null check (status in ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
      status_reason text, asked_ms ${int} not null, expires_ms ${int} not null, decided_ms ${int}, decided_by text, comment text,
      execution_id text, action text not null
    )${end}`,
    // What can still be decided or used: of one plan there is one.
    `create unique index approvals_live on approvals (incident_id, plan_hash)
      where status in ('pending', 'approved') and execution_id is null`,
    `create index approvals_expiry on approvals (expires_ms) where status in ('pending', 'approved') and execution_id is null`,
    `create index approvals_incident on approvals (incident_id)`,
    `create index approvals_asked on approvals (asked_ms, id)`,
    `create index approvals_listed on approvals (status, asked_ms, id)`,
  ]
}

function executions({ integer: int, table_end: end }: Engine): string[] {
  return [
    `create table executions (
      id text primary key, incident_id text not null references incidents (id), run_id text not null, action_id text not null,
      plan_hash text not null, approval_id text, target_key text not null,
      status text not null check (status in ('running', 'done', 'failed', 'abandoned', 'lapsed')),
      started_ms ${int} not null, started_by text not null, expires_ms ${int} not null, ended_ms ${int}, ended_by text, note text,
      blind_run_id text, action text not null, causes text not null, seen_after text
    )${end}`,
    `create unique index executions_target on executions (target_key) where status = 'running'`,
    `create unique index executions_approval on executions (approval_id) where approval_id is not null`,
    `create index executions_expiry on executions (expires_ms) where status = 'running'`,
    `create index executions_unseen on executions (incident_id) where status = 'done' and seen_after is null`,
    `create index executions_incident on executions (incident_id)`,
    `create index executions_started on executions (started_ms, id)`,
    `create index executions_listed on executions (status, started_ms, id)`,
  ]
}

/** A revision numbers each change of the catalogue; what was removed stays as a row, so that a removal is a change as well. */
function catalogue({ integer: int, table_end: end }: Engine): string[] {
  return [
    `create table catalogue (
      kind text not null, name text not null, revision ${int} not null, removed ${int} not null, updated_at text not null,
      updated_by text not null, body text not null, primary key (kind, name)
    )${end}`,
    `create unique index catalogue_revision on catalogue (revision)`,
    `create table catalogue_services (
      service text not null, kind text not null, name text not null, primary key (service, kind, name)
    )${end}`,
  ]
}

/** Makes the tables and indexes of approvals, executions and the catalogue. */
export async function createChangeSchema(database: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const statement of [approvals, executions, catalogue].flatMap((group) => group(engine)))
    await sql.raw(statement).execute(database)
}
