import type { PlannedAction } from '#src/domain/action.ts'
import type { AdmissionResult, SignalRecord } from '#src/domain/admission-result.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Execution, ObservedAfter } from '#src/domain/execution.ts'
import type { Feedback, FeedbackDraft } from '#src/domain/feedback.ts'
import type { IncidentRecord, IncidentStatus } from '#src/domain/incident-record.ts'
import type { Page } from '#src/domain/page.ts'
import type { QueueView } from '#src/domain/queue-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Priority } from '#src/domain/severity.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { TimelineEntry } from '#src/domain/timeline.ts'
import type { WorkflowInfo } from '#src/domain/workflow-info.ts'

/* What the worker and the commands need of the store and of the investigator, and what other rooms need of incidents. */

/** One pass over an incident. */
export interface Investigation {
  incident: Incident
  /** Names the graph's thread; the same for a run that is resumed after an interruption. */
  run_id: string
  /** 32 hex digits, as in W3C trace context. */
  trace_id: string
  /** Aborted when the service ends, or the claim is lost, before the run does; the run's own time limit is the investigator's business. */
  signal: AbortSignal
  /** It was interrupted, here or elsewhere: go on from what is kept of it. */
  resumes: boolean
  onStep(step: string, ms: number): void
}

/** Who works out what is wrong. What cannot be seen belongs into the decision; a rejection means that the run itself failed. */
export interface Investigator {
  investigate(request: Investigation): Promise<Decision>
  /** Clears away what is kept of a run; called when its decision is stored. */
  forget(run_id: string): Promise<void>
  describe(): WorkflowInfo
}

/** Who may work on an incident, and until when. `attempt` is the fencing token: it rises with every claim, also across restarts. */
export interface Claim {
  incident: Incident
  trace_id: string
  attempt: number
  owner: string
  /** Epoch milliseconds. */
  lease_until: number
  failures: number
  run_id: string
  /** The run was cut off by a crash or a drain: its thread may have a checkpoint to go on from. */
  resumes: boolean
  /** The worker that ran it last stopped renewing its lease: the run may have ended the process. */
  suspect: boolean
}

/** What a claim asks for. Times are epoch milliseconds. */
export interface ClaimRequest {
  owner: string
  now: number
  lease_ms: number
  /** Running incidents over all replicas never exceed it. */
  limit: number
  /** For a run that is new. */
  new_run_id: string
  /** Nothing else runs in this process. */
  alone: boolean
}

/** An approval that a run requests of people. */
export interface RequestedApproval {
  id: string
  plan_hash: string
  action: PlannedAction
  /** Epoch milliseconds. */
  expires_ms: number
}

/** What is done with a decision besides storing it, in the same transaction. Pure. */
export interface AfterDecision {
  /** The approvals that it requests; what it does not request any more is withdrawn. */
  approvals: readonly RequestedApproval[]
  /** What it says of a change that was carried out before its run started. */
  observe(execution: Execution): ObservedAfter
}

/** How a run ended. Without `after` approvals and executions stay as they are. `retry`: it failed, and may run again at `available_at`; `failed`: it failed for the last time. */
export type RunEnd =
  | {
      kind: 'decided'
      decision: Decision
      close?: string
      scope: readonly ResourceRef[]
      cause_key?: string
      after?: AfterDecision
    }
  | { kind: 'retry'; decision: Decision; why: string; available_at: number }
  | { kind: 'failed'; decision: Decision; why: string; after?: AfterDecision }
  /** Returned unfinished by a worker that stops: no failure is counted, and the run is resumed elsewhere. */
  | { kind: 'released' }

/**
 * A claim as it stands in the store. Clocks of replicas differ and jump, so `lease_until` is never compared with the time: a claim that
 * shows the same values for a whole lease, by the watcher's own monotonic clock, has expired.
 */
export interface Lease {
  incident_id: string
  attempt: number
  lease_until: number
}

/** What a sweep changed. */
export interface Swept {
  expired: Incident[]
  /** Their leases expired; they are queued again with their run to be resumed, or dead letters. */
  abandoned: Incident[]
  /** Closed because no further signals arrived. */
  quiet: Incident[]
}

export type TimelineNote = Omit<TimelineEntry, 'incident_id' | 'seq'>

/** The queue in the incidents table. Whatever resolves is on disk. */
export interface QueueStore {
  /**
   * The most urgent incident that may run now: at most one running per service, at most `limit` altogether. One whose
   * worker stopped renewing its lease may have ended that process: it is given only to a process that runs nothing else, and while it
   * is next in line, nothing behind it is given to the others.
   */
  claim(request: ClaimRequest): Promise<Claim | undefined>
  /** False: the claim is lost, and whatever its holder does is not counted any more. */
  renew(claim: Claim, lease_until: number): Promise<boolean>
  /** False: the claim is lost, and nothing was written. A signal that requested another run meanwhile queues it again. */
  finish(claim: Claim, end: RunEnd, now: number): Promise<boolean>
  /** Lines for the history of a claimed incident; dropped where the claim is lost. */
  note(claim: Claim, notes: readonly TimelineNote[]): Promise<void>
  /** All claims, of all replicas. */
  leases(): Promise<Lease[]>
  /** Expires, gives up and closes what is due. An expired lease counts only if it still has the same values. */
  sweep(request: SweepRequest): Promise<Swept>
}

/** Epoch milliseconds. `quiet_before`: done incidents without a signal since then are closed; `retry_at`: when abandoned ones may run. */
export interface SweepRequest {
  now: number
  expired_leases: readonly Lease[]
  max_failures: number
  quiet_before: number
  retry_at: number
}

/** The queue as the store has it: all replicas together. */
export type StoredQueue = Omit<QueueView, 'limit' | 'storm'> & { opened_last_minute: number }

/** Reads the queue without changing it. */
export interface QueueWatch {
  /** `now`: epoch milliseconds; `limit`: items per list. */
  view(now: number, limit: number): Promise<StoredQueue>
}

/** Filters of a list; every one that is given must fit. Newest first, `limit` rows after the one that `cursor` names. */
export interface IncidentQuery {
  status?: readonly IncidentStatus[]
  namespace?: string
  service?: string
  priority?: readonly Priority[]
  outcome?: string
  /** ISO: opened at or after. */
  since?: string
  /** Of the previous page's answer. */
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

/** Reading back what was stored. A cursor that was not made here is refused with SRE_INCIDENTS_CURSOR. */
export interface IncidentArchive {
  get(incident_id: string): Promise<IncidentRecord | undefined>
  list(query: IncidentQuery): Promise<Page<IncidentRecord>>
  signals(incident_id: string, page: { cursor?: string; limit: number }): Promise<Page<SignalRecord>>
  /** Lines after `after_seq`, oldest first. */
  timeline(incident_id: string, after_seq: number, limit: number): Promise<TimelineEntry[]>
  recentSignals(query: SignalQuery): Promise<Page<SignalRecord>>
}

/** Which person changes an incident, and why. */
export interface Intervention {
  actor: string
  reason: string
  trace_id: string
  /** ISO. */
  at: string
}

/** The incident afterwards. `changed`: false where its status did not allow it, and nothing was done. */
export interface Intervened {
  changed: boolean
  record: IncidentRecord
}

/** What people do to incidents. Undefined: there is no such incident. */
export interface IncidentControl {
  /** Ends an incident that is not closed yet. A run under way loses its claim. */
  close(incident_id: string, by: Intervention): Promise<Intervened | undefined>
  /**
   * Queues an incident of one of the statuses `from` for a new run, its failures forgotten. Not changed where another incident about
   * the same problem has been opened since.
   */
  queueAgain(
    incident_id: string,
    by: Intervention & { from: readonly IncidentStatus[]; expires_at: string },
  ): Promise<Intervened | undefined>
}

/** What people thought of decisions. */
export interface FeedbackStore {
  /** Kept with a line in the incident's history. False: there is no such incident. */
  add(feedback: Feedback): Promise<boolean>
  /** Oldest first. */
  of(incident_id: string): Promise<Feedback[]>
}

/** What keeps the store from growing without bound. Each call does at most `limit` and answers how many: zero means that all is done. */
export interface Housekeeping {
  /** Takes the words out of evidence and signals from before `before` (ISO): what was concluded, and from what, stays. */
  trim(before: string, limit: number): Promise<number>
  /** Forgets checkpoints and journals of runs that have ended. */
  forgetThreads(limit: number): Promise<number>
}

/** Who asks for a change of an incident, for its history. */
export interface Actor {
  name: string
  trace_id: string
}

/**
 * What people ask of incidents. Every change rejects with SRE_INCIDENTS_UNKNOWN where there is no such incident, and with
 * SRE_INCIDENTS_STATE where its status does not allow the change; the message says which status that is.
 */
export interface IncidentCommands {
  /**
   * The decision that answers a signal of `since` (ISO) or later, also of a run on another replica. An abort ends the waiting, never the
   * run. Rejects with SRE_INCIDENTS_NO_DECISION where the incident has ended without one, with SRE_INCIDENTS_CLOSING where the service
   * stops.
   */
  wait(incident_id: string, options: { since: string; signal: AbortSignal }): Promise<Decision>
  rerun(incident_id: string, by: Actor): Promise<IncidentRecord>
  close(incident_id: string, by: Actor & { reason: string }): Promise<IncidentRecord>
  /** Queues a dead letter or an expired incident again. */
  requeue(incident_id: string, by: Actor): Promise<IncidentRecord>
  feedback(incident_id: string, draft: FeedbackDraft, by: Actor): Promise<Feedback>
}
