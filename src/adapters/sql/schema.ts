import { type Kysely, sql } from 'kysely'
import type { Engine } from './engine.ts'

/* Statements that make all tables as of 2026-11-26. Never changed once released. */

function incidents({ integer: int, table_end: end }: Engine): string[] {
  return [
    `create table incidents (
      id text primary key, fingerprint text not null, cluster text, namespace text, resource text not null,
      problem_class text not null, service text not null, reason text, message text,
      status text not null check (status in ('queued', 'running', 'done', 'failed', 'expired', 'closed')),
      status_reason text, priority text not null, trace_id text not null, next_trace_id text not null,
      signal_count ${int} not null, told text not null default '[]', firing text not null default '[]',
      opened_at text not null, opened_ms ${int} not null, updated_at text not null, last_signal_ms ${int} not null,
      queued_ms ${int} not null, claim_rank ${int} not null, available_ms ${int} not null, expires_ms ${int},
      attempt ${int} not null default 0, failures ${int} not null default 0, owner text, lease_until ${int}, run_id text,
      resumes ${int} not null default 0, woken ${int} not null default 0, wake_expires_ms ${int}, close_after text,
      outcome text, cause_key text, decided_at text, decided_ms ${int}, merged_into text, closed_at text,
      timeline_seq ${int} not null default 0
    )${end}`,
    `create unique index incidents_open on incidents (fingerprint) where status in ('queued', 'running', 'done')`,
    `create unique index incidents_running on incidents (service) where status = 'running'`,
    `create index incidents_queue on incidents (claim_rank, service, available_ms, id) where status = 'queued'`,
    `create index incidents_lane on incidents (service, id) where status in ('queued', 'running')`,
    `create index incidents_expiry on incidents (expires_ms) where status = 'queued'`,
    `create index incidents_quiet on incidents (last_signal_ms) where status = 'done'`,
    `create index incidents_cause on incidents (cause_key) where status in ('queued', 'running', 'done')`,
    `create index incidents_merged on incidents (merged_into) where merged_into is not null`,
    `create index incidents_merged_print on incidents (fingerprint) where merged_into is not null`,
    `create index incidents_opened on incidents (opened_ms, id)`,
    // Over an expression, so that it serves lists only: SQLite would take it for the queue as well, and sort the whole queue each time.
    `create index incidents_listed on incidents ((status || ''), opened_ms, id)`,
  ]
}

function runs({ integer: int, table_end: end }: Engine): string[] {
  return [
    `create table runs (
      id text primary key, incident_id text not null references incidents (id), trace_id text not null,
      attempt ${int} not null default 0,
      status text not null check (status in ('running', 'done', 'failed', 'interrupted')),
      started_at text not null, finished_at text
    )${end}`,
    `create index runs_incident on runs (incident_id)`,
    `create table evidence (
      run_id text not null references runs (id), id text not null, position ${int} not null, body text not null,
      primary key (run_id, id)
    )${end}`,
    `create table actions (
      run_id text not null references runs (id), id text not null, position ${int} not null, body text not null,
      primary key (run_id, id)
    )${end}`,
    `create table decisions (
      run_id text primary key references runs (id), incident_id text not null references incidents (id),
      outcome text not null, decided_at text not null, body text not null, trimmed ${int} not null default 0
    )${end}`,
    `create index decisions_incident on decisions (incident_id, decided_at)`,
    `create index decisions_untrimmed on decisions (decided_at) where trimmed = 0`,
  ]
}

function signals({ integer: int, table_end: end, sequence }: Engine): string[] {
  return [
    `create table signals (
      ${sequence}, id text not null, incident_id text,
      status text not null check (status in ('created', 'joined', 'suppressed', 'queued')), reason text not null,
      source text not null, state text not null check (state in ('firing', 'resolved')), namespace text,
      received_at text not null, caller text not null, trace_id text not null, fingerprint text not null, delivery_key text, explanation text not null,
      raw text
    )${end}`,
    `create unique index signals_id on signals (id)`,
    `create unique index signals_delivery on signals (delivery_key) where delivery_key is not null`,
    `create index signals_incident on signals (incident_id, seq)`,
    `create index signals_untrimmed on signals (received_at) where raw is not null`,
    `create table alert_keys (
      source text not null, alert_key text not null, incident_id text not null, consequence ${int} not null,
      primary key (source, alert_key)
    )${end}`,
    `create index alert_keys_incident on alert_keys (incident_id)`,
    `create table incident_scope (
      incident_id text not null, resource_key text not null, primary key (incident_id, resource_key)
    )${end}`,
    `create index incident_scope_resource on incident_scope (resource_key)`,
    `create table timeline (
      incident_id text not null, seq ${int} not null, at text not null, kind text not null, text text not null, run_id text,
      actor text, primary key (incident_id, seq)
    )${end}`,
  ]
}

function others({ integer: int, table_end: end }: Engine): string[] {
  return [
    `create table silences (id text primary key, starts_at text not null, ends_at text not null, body text not null)${end}`,
    `create index silences_ends on silences (ends_at)`,
    `create table feedback (id text primary key, incident_id text not null, at text not null, body text not null)${end}`,
    `create index feedback_incident on feedback (incident_id, at)`,
    `create table audit (
      seq ${int} primary key, at text not null, actor text not null, role text not null, action text not null,
      target text not null, detail text not null, trace_id text not null, previous_hash text not null, hash text not null
    )${end}`,
    `create table run_journal (run_id text not null, part text not null, body text not null, primary key (run_id, part))${end}`,
    `create table threads (id text primary key, incident_id text not null, started_at text not null, ended_at text)${end}`,
    `create index threads_ended on threads (ended_at) where ended_at is not null`,
  ]
}

/** Makes all tables and indexes. */
export async function createSchema(database: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const statement of [incidents, runs, signals, others].flatMap((group) => group(engine)))
    await sql.raw(statement).execute(database)
}

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

/*
 * Of 2026-11-30: executions time out, and later runs observe them. SQLite cannot change a check, so the table is made anew. Indexes follow
 * when the former table, whose indexes have the same names, is gone.
 */
function renamedExecutions({ integer: int, table_end: end }: Engine): string[] {
  const same = `id, incident_id, run_id, action_id, plan_hash, approval_id, target_key, started_ms, started_by, expires_ms, ended_ms,
    ended_by, note, action, causes`
  return [
    `create table next_executions (
      id text primary key, incident_id text not null references incidents (id), run_id text not null, action_id text not null,
      plan_hash text not null, approval_id text, target_key text not null,
      status text not null check (status in ('running', 'done', 'failed', 'abandoned', 'timed_out')),
      started_ms ${int} not null, started_by text not null, expires_ms ${int} not null, ended_ms ${int}, ended_by text, note text,
      concurrent_run_id text, action text not null, causes text not null, observed_after text
    )${end}`,
    `insert into next_executions (${same}, status, concurrent_run_id, observed_after)
      select ${same}, case status when 'lapsed' then 'timed_out' else status end, blind_run_id, seen_after from executions`,
    `drop table executions`,
    `alter table next_executions rename to executions`,
    `create unique index executions_target on executions (target_key) where status = 'running'`,
    `create unique index executions_approval on executions (approval_id) where approval_id is not null`,
    `create index executions_expiry on executions (expires_ms) where status = 'running'`,
    `create index executions_unobserved on executions (incident_id) where status = 'done' and observed_after is null`,
    `create index executions_incident on executions (incident_id)`,
    `create index executions_started on executions (started_ms, id)`,
    `create index executions_listed on executions (status, started_ms, id)`,
  ]
}

const renamedKinds = `update timeline set kind = case kind when 'woken' then 'rerun_requested' when 'execution_lapsed' then 'execution_timed_out'
    when 'seen_after' then 'observed_after' else 'approval_requested' end
  where kind in ('woken', 'execution_lapsed', 'seen_after', 'approval_asked')`

/** Renames states of executions and kinds of lines of histories. */
export async function renameStates(database: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const statement of [...renamedExecutions(engine), renamedKinds]) await sql.raw(statement).execute(database)
}

/** Makes the tables and indexes of approvals, executions and the catalogue. */
export async function createChangeSchema(database: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const statement of [approvals, executions, catalogue].flatMap((group) => group(engine)))
    await sql.raw(statement).execute(database)
}
