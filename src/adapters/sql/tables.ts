import type { IncidentStatus } from '#src/domain/incident-record.ts'
import type { Priority } from '#src/domain/severity.ts'

/* Rows as they are stored. `_ms`: epoch milliseconds, what the queue compares; `_at`: ISO in UTC, what people read. Flags are 0 or 1. */

/** Rows of the incidents table, which is the queue as well. */
export interface IncidentRow {
  id: string
  fingerprint: string
  cluster: string | null
  namespace: string | null
  /** JSON: a resource reference. */
  resource: string
  problem_class: string
  service: string
  reason: string | null
  message: string | null
  status: IncidentStatus
  status_reason: string | null
  priority: Priority
  /** Of the signal that opened it. */
  trace_id: string
  /** For the next run that is new. */
  next_trace_id: string
  signal_count: number
  /** JSON: novelty keys that its signals reported, the latest last, bounded. */
  told: string
  /** JSON: alert keys that fire, bounded. */
  firing: string
  opened_at: string
  opened_ms: number
  updated_at: string
  last_signal_ms: number
  queued_ms: number
  /** The smallest is next. */
  claim_rank: number
  /** 0: at once. */
  available_ms: number
  /** When it is given up in the queue; null: never. */
  expires_ms: number | null
  /** The fencing token: the number of claims so far. */
  attempt: number
  failures: number
  owner: string | null
  lease_until: number | null
  /** Of the run under way, or of the one to be resumed. */
  run_id: string | null
  resumes: number
  /** New information arrived during the run: another run follows it. */
  woken: number
  wake_expires_ms: number | null
  /** Why it closes with the end of its run. */
  close_after: string | null
  outcome: string | null
  cause_key: string | null
  decided_at: string | null
  decided_ms: number | null
  merged_into: string | null
  closed_at: string | null
  /** Of the last line of its history. */
  timeline_seq: number
}

interface RunRow {
  id: string
  incident_id: string
  trace_id: string
  attempt: number
  status: 'running' | 'done' | 'failed' | 'interrupted'
  started_at: string
  finished_at: string | null
}

interface BodyOfRun {
  run_id: string
  id: string
  position: number
  /** JSON. */
  body: string
}

interface DecisionRow {
  run_id: string
  incident_id: string
  outcome: string
  decided_at: string
  /** JSON: the decision without its evidence and actions. */
  body: string
  /** The texts of its evidence were removed. */
  trimmed: number
}

/** Rows of the signals table. */
export interface SignalRow {
  /** In the order of arrival. */
  seq: number
  id: string
  incident_id: string | null
  status: 'created' | 'joined' | 'suppressed' | 'queued'
  reason: string
  source: string
  state: 'firing' | 'resolved'
  namespace: string | null
  received_at: string
  caller: string
  trace_id: string
  fingerprint: string
  delivery_key: string | null
  /** JSON: what explains where it went. */
  explanation: string
  /** JSON: the signal as it was read; null once its retention is over. */
  raw: string | null
}

/** Rows of the timeline table. */
export interface TimelineRow {
  incident_id: string
  seq: number
  at: string
  kind: string
  text: string
  run_id: string | null
  actor: string | null
}

/** Rows of the audit table. */
export interface AuditRow {
  seq: number
  at: string
  actor: string
  role: string
  action: string
  target: string
  /** JSON. */
  detail: string
  trace_id: string
  previous_hash: string
  hash: string
}

/** Rows of the approvals table. */
export interface ApprovalRow {
  id: string
  incident_id: string
  /** Of the run that requested it last, with its name for the action. */
  run_id: string
  action_id: string
  plan_hash: string
  status: 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn'
  status_reason: string | null
  asked_ms: number
  expires_ms: number
  decided_ms: number | null
  decided_by: string | null
  comment: string | null
  /** Of the execution that it was used for. */
  execution_id: string | null
  /** JSON. */
  action: string
}

/** Rows of the executions table. */
export interface ExecutionRow {
  id: string
  incident_id: string
  run_id: string
  action_id: string
  plan_hash: string
  approval_id: string | null
  /** Cluster and resource: at most one execution runs on one. */
  target_key: string
  status: 'running' | 'done' | 'failed' | 'abandoned' | 'timed_out'
  started_ms: number
  started_by: string
  expires_ms: number
  ended_ms: number | null
  ended_by: string | null
  note: string | null
  /** The run that was under way when it ended: what that one finds says nothing about the outcome. */
  concurrent_run_id: string | null
  /** JSON. */
  action: string
  /** JSON: the causes that it was to remove. */
  causes: string
  /** JSON: what the next run found. */
  observed_after: string | null
}

/** Rows of the catalogue. */
export interface CatalogueRow {
  kind: string
  name: string
  revision: number
  removed: number
  updated_at: string
  updated_by: string
  /** JSON. */
  body: string
}

/** All tables, for Kysely. */
export interface Tables {
  incidents: IncidentRow
  runs: RunRow
  evidence: BodyOfRun
  actions: BodyOfRun
  decisions: DecisionRow
  signals: SignalRow
  alert_keys: {
    source: string
    alert_key: string
    incident_id: string
    /** It came in as a consequence: that it is resolved does not end the incident. */
    consequence: number
  }
  incident_scope: { incident_id: string; resource_key: string }
  timeline: TimelineRow
  silences: { id: string; starts_at: string; ends_at: string; body: string }
  feedback: { id: string; incident_id: string; at: string; body: string }
  audit: AuditRow
  run_journal: { run_id: string; part: string; body: string }
  threads: { id: string; incident_id: string; started_at: string; ended_at: string | null }
  approvals: ApprovalRow
  executions: ExecutionRow
  catalogue: CatalogueRow
  catalogue_services: { service: string; kind: string; name: string }
}
