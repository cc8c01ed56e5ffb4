import type { z } from 'zod'
import type { AdmissionResult, SignalRecord } from '#src/domain/admission-result.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Feedback, FeedbackDraft } from '#src/domain/feedback.ts'
import type { Health, Readiness } from '#src/domain/health.ts'
import type { IncidentRecord, IncidentStatus } from '#src/domain/incident-record.ts'
import type { Page } from '#src/domain/page.ts'
import type { QueueView } from '#src/domain/queue-view.ts'
import type { Priority } from '#src/domain/severity.ts'
import type { Silence } from '#src/domain/silence.ts'
import type { TimelineEntry } from '#src/domain/timeline.ts'
import type { WorkflowInfo } from '#src/domain/workflow-info.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import type { AccessSettings, RateLimits } from './access/access-settings.ts'
import type { AuditLog } from './audit-log.ts'
import type { Catalogue } from './catalogue-port.ts'
import type { Approvals, Executions } from './change-ports.ts'

/* What the routes need of the rest of the service. */

/** What is wrong with one field of a request. */
export interface FieldError {
  path: string
  problem: string
  allowed: string
}

/** Where a payload came in; each has its own shape. `decide` is /decide, `issues` a person's report. */
export const intakeSources = [
  'decide',
  'alertmanager',
  'gcp',
  'datadog',
  'newrelic',
  'grafana',
  'pagerduty',
  'generic',
  'kubernetes',
  'logs',
  'slack',
  'github',
  'issues',
] as const
export type IntakeSource = (typeof intakeSources)[number]

/** A payload on its way in. */
export interface Delivery {
  source: IntakeSource
  body: unknown
  /** Names in lower case; some senders say there what the body is. Never with credentials. */
  headers: Readonly<Record<string, string | undefined>>
  /** A person waits for an answer about the state as it is now. */
  wants_answer: boolean
  /** Name of the caller. */
  caller: string
  trace_id: string
}

/** What became of a delivery. `taken`: all of it is on disk; `invalid`: nothing of it was kept; `reply`: no signal, but an answer that the sender waits for (a handshake, a ping). */
export type Receipt =
  | { kind: 'taken'; fates: AdmissionResult[] }
  | { kind: 'invalid'; problems: FieldError[] }
  | { kind: 'reply'; body: object }

/** Where payloads become signals. Rejects with a CodedError where the service stops or the store fails: nothing was kept then. */
export interface Intake {
  receive(delivery: Delivery): Promise<Receipt>
}

/** A vendor's signature over the body as it came. Pure; compares in constant time. */
export type CheckSignature = (request: {
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
  secret: string
  /** Epoch milliseconds. */
  now: number
}) => boolean

/** Who asks for a change of an incident, for its timeline. */
export interface Actor {
  name: string
  trace_id: string
}

/**
 * What can be asked of an incident. Rejects with SRE_INCIDENTS_UNKNOWN where there is none, and with SRE_INCIDENTS_STATE where the
 * state that it is in does not allow it (the message says which that is).
 */
export interface IncidentCommands {
  /**
   * The decision that answers a signal of `since` (ISO) or later, also of a run on another replica. An abort ends the waiting, never the
   * run. Rejects with SRE_INCIDENTS_NO_DECISION where the incident has ended without one, with SRE_INCIDENTS_CLOSING where the service stops.
   */
  wait(incident_id: string, options: { since: string; signal: AbortSignal }): Promise<Decision>
  rerun(incident_id: string, by: Actor): Promise<IncidentRecord>
  close(incident_id: string, by: Actor & { reason: string }): Promise<IncidentRecord>
  /** Gives a dead letter or an expired incident another chance. */
  requeue(incident_id: string, by: Actor): Promise<IncidentRecord>
  feedback(incident_id: string, draft: FeedbackDraft, by: Actor): Promise<Feedback>
}

/** Filters of a list; every one that is given must fit. Newest first. */
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

/** Filters over what came in, whatever became of it. Newest first. */
export interface SignalQuery {
  status?: readonly AdmissionResult['status'][]
  source?: string
  namespace?: string
  /** ISO: received at or after. */
  since?: string
  cursor?: string
  limit: number
}

/** Where incidents are looked up. */
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
  /** All that have not ended, or the latest ones whatever became of them. */
  list(options: { all: boolean }): Promise<Silence[]>
  create(silence: Silence): Promise<void>
  /** Undefined where there is no such silence; one that is over stays as it is. */
  end(id: string, by: string): Promise<Silence | undefined>
}

/** Reads JWTs of the configured issuer. */
export interface JwtReader {
  /** The caller's claims, checked; undefined where the token is not valid. Rejects where the issuer's keys cannot be had. */
  read(token: string): Promise<Readonly<Record<string, unknown>> | undefined>
}

/** What the HTTP server is made of. */
export interface ServerDeps {
  intake: Intake
  /** Of what each source takes; for the API's description. */
  payloads: Readonly<Record<IntakeSource, z.ZodType>>
  signatures: Readonly<Partial<Record<IntakeSource, CheckSignature>>>
  desk: IncidentCommands
  archive: IncidentArchive
  /** `limit`: most of the waiting to show. */
  queue(limit: number): Promise<QueueView>
  silences: Silences
  approvals: Approvals
  executions: Executions
  catalogue: Catalogue
  audit: Pick<AuditLog, 'append' | 'list'>
  workflow(): WorkflowInfo
  health(): Promise<Health>
  readiness(): Promise<Readiness>
  /** Absent: nobody is asked who they are, and only this machine is answered. */
  access?: AccessSettings
  /** With `access.oidc`. */
  jwt?: JwtReader
  limits: RateLimits
  /** Proxies in front whose X-Forwarded-For is believed. */
  trusted_proxies: number
  /** Aborted when the service begins to stop: nothing new is taken, streams end. */
  stopping: AbortSignal
  logger: Logger
  version: string
  /** The folder `web` of the checkout. */
  web_root: string
}
