import type { AdmissionResult, SignalRecord } from '#src/domain/admission-result.ts'
import type { Approval, ApprovalStatus } from '#src/domain/approval.ts'
import type { CatalogueEntry, CatalogueKey, CatalogueKind, CatalogueRecord } from '#src/domain/catalogue.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Execution, ExecutionStatus } from '#src/domain/execution.ts'
import type { Feedback, FeedbackDraft } from '#src/domain/feedback.ts'
import type { IncidentRecord, IncidentStatus } from '#src/domain/incident-record.ts'
import type { Page } from '#src/domain/page.ts'
import type { Priority } from '#src/domain/severity.ts'
import type { Silence } from '#src/domain/silence.ts'
import type { TimelineEntry } from '#src/domain/timeline.ts'

/*
 * Ports of other rooms, as far as the resources use them. Each section is replaced by `import type` from the `port.ts` of the room in
 * its heading as soon as that room has one; nothing here belongs to the server.
 */

// src/intake/port.ts

/** Where a payload was received; each source has its own shape. `decide` is /decide, `issues` a person's report. */
export type IntakeSource =
  | 'decide'
  | 'alertmanager'
  | 'gcp'
  | 'datadog'
  | 'newrelic'
  | 'grafana'
  | 'pagerduty'
  | 'generic'
  | 'kubernetes'
  | 'logs'
  | 'slack'
  | 'github'
  | 'issues'

/** A payload on its way in. */
export interface Delivery {
  source: IntakeSource
  body: unknown
  /** Names in lower case; some senders name the kind of payload in a header. Never with credentials. */
  headers: Readonly<Record<string, string | undefined>>
  /** A person waits for an answer about the present state. */
  wants_answer: boolean
  /** Name of the caller. */
  caller: string
  trace_id: string
}

/** What became of a delivery. `taken`: all of it is on disk; `invalid`: nothing was stored; `reply`: no signal, but an answer that the sender expects (a handshake, a ping). */
export type Receipt =
  | { kind: 'taken'; fates: AdmissionResult[] }
  | { kind: 'invalid'; problems: { path: string; problem: string; allowed: string }[] }
  | { kind: 'reply'; body: object }

/** Where payloads become signals. Rejects with a CodedError where the service stops or the store fails: nothing was stored then. */
export interface Intake {
  receive(delivery: Delivery): Promise<Receipt>
}

/** A vendor's signature over the body as it was sent. Pure; compares in constant time. */
export type CheckSignature = (request: {
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
  secret: string
  /** Epoch milliseconds. */
  now: number
}) => boolean

// src/incidents/port.ts

/** Who changes an incident, for its timeline. */
export interface Actor {
  name: string
  trace_id: string
}

/**
 * What people do to an incident. Rejects with SRE_INCIDENTS_UNKNOWN where there is none, and with SRE_INCIDENTS_STATE where its state
 * does not allow the change (the message names the state).
 */
export interface IncidentCommands {
  /**
   * The decision that answers a signal of `since` (ISO) or later, also of a run on another replica. An abort ends the waiting, never the
   * run. Rejects with SRE_INCIDENTS_NO_DECISION where the incident has ended without one, with SRE_INCIDENTS_CLOSING where the service stops.
   */
  wait(incident_id: string, options: { since: string; signal: AbortSignal }): Promise<Decision>
  rerun(incident_id: string, by: Actor): Promise<IncidentRecord>
  close(incident_id: string, by: Actor & { reason: string }): Promise<IncidentRecord>
  /** Queues a failed or expired incident again. */
  requeue(incident_id: string, by: Actor): Promise<IncidentRecord>
  feedback(incident_id: string, draft: FeedbackDraft, by: Actor): Promise<Feedback>
}

/** Filters of a list; an incident must match every one that is given. Newest first. */
export interface IncidentQuery {
  status?: readonly IncidentStatus[]
  namespace?: string
  service?: string
  priority?: readonly Priority[]
  outcome?: string
  /** ISO: opened at or after. */
  since?: string
  /** Of the previous page's answer. A cursor that the store did not make is SRE_INCIDENTS_CURSOR. */
  cursor?: string
  limit: number
}

/** Filters over received signals. Newest first. */
export interface SignalQuery {
  status?: readonly AdmissionResult['status'][]
  source?: string
  namespace?: string
  /** ISO: received at or after. */
  since?: string
  cursor?: string
  limit: number
}

/** Where incidents are read. */
export interface IncidentArchive {
  get(incident_id: string): Promise<IncidentRecord | undefined>
  list(query: IncidentQuery): Promise<Page<IncidentRecord>>
  signals(incident_id: string, page: { cursor?: string; limit: number }): Promise<Page<SignalRecord>>
  /** Lines after `after_seq`, oldest first. */
  timeline(incident_id: string, after_seq: number, limit: number): Promise<TimelineEntry[]>
  recentSignals(query: SignalQuery): Promise<Page<SignalRecord>>
}

/** Silences that people made. */
export interface Silences {
  /** All that have not ended, or the latest ones whether ended or not. */
  list(options: { all: boolean }): Promise<Silence[]>
  create(silence: Silence): Promise<void>
  /** Undefined where there is no such silence; one that has ended stays as it is. */
  end(id: string, by: string): Promise<Silence | undefined>
}

// src/remediation/port.ts

/** A person's answer to a plan; `by` is the authenticated caller. */
interface ApprovalAnswer {
  plan_hash: string
  by: string
  comment?: string
}

/** Approvals. Rejects with SRE_APPROVALS_UNKNOWN, SRE_APPROVALS_PLAN or SRE_APPROVALS_STATE where one cannot be answered. */
export interface Approvals {
  list(query: {
    status?: readonly ApprovalStatus[]
    incident_id?: string
    namespace?: string
    cursor?: string
    limit: number
  }): Promise<Page<Approval>>
  get(id: string): Promise<Approval | undefined>
  approve(id: string, answer: ApprovalAnswer): Promise<Approval>
  reject(id: string, answer: ApprovalAnswer): Promise<Approval>
}

/** Executions. Rejects with SRE_INCIDENTS_UNKNOWN, SRE_EXECUTIONS_UNKNOWN, SRE_EXECUTIONS_REFUSED or SRE_EXECUTIONS_STATE. */
export interface Executions {
  list(query: {
    status?: readonly ExecutionStatus[]
    incident_id?: string
    cursor?: string
    limit: number
  }): Promise<Page<Execution>>
  get(id: string): Promise<Execution | undefined>
  begin(intent: { incident_id: string; action_id: string; plan_hash: string; by: string }): Promise<Execution>
  /** `looks`: a run is queued that assesses the result. */
  end(
    id: string,
    reported: { status: 'done' | 'failed' | 'abandoned'; by: string; note?: string; trace_id: string },
  ): Promise<{ execution: Execution; looks: boolean }>
}

// src/knowledge/port.ts

/** Who changes an entry, and the revision that they expect; 0 for none. */
interface CatalogueChange {
  by: string
  expected_revision?: number
}

/** What belongs to services: repositories, log sources, channels. */
export interface Catalogue {
  /** Sorted by kind and name; an entry must match every filter. A cursor that was not given out is SRE_INCIDENTS_CURSOR. */
  list(query: {
    kind?: CatalogueKind
    /** By its name or an alias. */
    service?: string
    cursor?: string
    limit: number
  }): Promise<{ items: CatalogueRecord[]; next_cursor?: string }>
  get(key: CatalogueKey): Promise<CatalogueRecord | undefined>
  /** Paths of fields with something that looks like a secret: such an entry may not be stored. */
  secretsIn(entry: CatalogueEntry): string[]
  /** Rejects with SRE_CATALOGUE_FILE where configs/services.yaml has the entry, with SRE_CATALOGUE_REVISION where the revision differs. */
  put(entry: CatalogueEntry, change: CatalogueChange): Promise<{ record: CatalogueRecord; created: boolean }>
  /** The removed entry. Rejects as `put` does, and with SRE_CATALOGUE_UNKNOWN. */
  remove(key: CatalogueKey, change: CatalogueChange): Promise<CatalogueRecord>
}
