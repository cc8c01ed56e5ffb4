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
