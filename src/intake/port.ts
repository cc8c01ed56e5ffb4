import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { IncidentStatus } from '#src/domain/incident-record.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Priority } from '#src/domain/severity.ts'
import type { Signal } from '#src/domain/signal.ts'
import type { Silence } from '#src/domain/silence.ts'
import type { FieldProblem } from './signal-source.ts'
import type { IntakeSource } from './sources/index.ts'

/* The ports of intake: what it offers to the server, and what it needs of a store. */

/** A signal that was read, with everything that its judgement needs and that costs no look at the store. */
export interface Candidate {
  signal_id: string
  /** The same for all signals of one request, which are stored together or not at all. */
  request: string
  signal: Signal
  /** Of `fingerprint_fields`. */
  fingerprint: string
  fingerprint_fields: Record<string, string>
  problem_class: string
  /** The owning workload as far as names show it; the resource itself elsewhere. Compared with the causes of open incidents. */
  workload: ResourceRef
  service: string
  priority: Priority
  caller: string
  trace_id: string
  /** ISO. */
  received_at: string
  /** A person waits for an answer about the state as it is now. */
  wants_answer: boolean
  /** Where a silence or a window covers it: which one, as a text. */
  covered_by?: string
  /** Id for the incident, should it open one. */
  new_incident_id: string
}

/**
 * The open incident that a candidate may belong to: same fingerprint, same alert key, or a resource in its cause graph. What fires
 * looks for its fingerprint first, what is resolved for its alert key, and never over a cause graph. `consequence` is also what was
 * merged into it: that it is resolved does not end the incident.
 */
export interface KnownIncident {
  id: string
  status: Extract<IncidentStatus, 'queued' | 'running' | 'done'>
  match: 'fingerprint' | 'alert_key' | 'consequence'
  priority: Priority
  resource: ResourceRef
  signal_count: number
  /** Of its last decision, if any. */
  decided_at?: string
  /** What its signals reported so far: distinct `novelty` keys, bounded. */
  reported: readonly string[]
  /**
   * Alert keys of its signals that fired last and have not resolved, bounded. A firing candidate with an alert key adds it when it
   * joins or opens, a resolved one takes it out, under any verdict; this is the state before the candidate.
   */
  firing: readonly string[]
}

/**
 * How full it is, read in the same transaction; all zero for a batch of plain repeats, of which nothing can open. Counts end at
 * 100,000: a deeper queue costs no admission more than that.
 */
export interface QueueLoad {
  queued: number
  /** The same before the first candidate of the request: what that opens itself must not turn away the rest of it. */
  queued_before: number
  running: number
  /** Incidents opened within the 60 s before, over all replicas. */
  opened_last_minute: number
  /** Another incident of the same service is queued or running. */
  service_busy: boolean
}

/**
 * What is to be done with a candidate. `novelty`: what it reports, as a short key. `noted`: the history gets a line of its own for it
 * (repeats are thinned: 1st, 2nd, 4th, 8th, ...); it is kept and counted in any case.
 */
export type Verdict =
  | { kind: 'open'; status: 'created' | 'queued'; reason: string; novelty: string; expires_at: string }
  | {
      kind: 'join'
      incident_id: string
      wake: boolean
      noted: boolean
      reason: string
      novelty: string
      priority: Priority
      expires_at: string
    }
  /** Closes it; one that has a run under way closes with the end of the run, unless the trouble comes back before. */
  | { kind: 'resolve'; incident_id: string; reason: string }
  /** Kept without an incident. */
  | { kind: 'suppress'; reason: string }
  /** Not kept at all, nor anything else of its request, so that the sender may try the very same again. */
  | { kind: 'refuse'; reason: string }

/** Pure: decides about a candidate in the light of what the store knows. */
export type Judge = (candidate: Candidate, known: KnownIncident | undefined, load: QueueLoad) => Verdict

/**
 * Where signals are kept. All of a batch is on disk when it resolves, or nothing of it; several processes may admit at once, and a
 * fingerprint never has two open incidents. Candidates are judged one after the other, each seeing what those before it did; those
 * of one request stand together, and all are refused where one of them is.
 * A delivery key that was seen before gives the admission result of its first delivery.
 */
export interface AdmissionStore {
  admit(batch: readonly Candidate[], judge: Judge): Promise<AdmissionResult[]>
}

/** Where silences are kept. */
export interface SilenceStore {
  add(silence: Silence): Promise<void>
  /** Those that have not ended at `at` (ISO), also ones that have yet to start. */
  current(at: string): Promise<Silence[]>
  /** All, the latest to start first. */
  list(limit: number): Promise<Silence[]>
  /** Ends it at `at` where it has not ended yet. Undefined: there is no such silence. */
  end(id: string, at: string, ended_by: string): Promise<Silence | undefined>
}

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
  | { kind: 'taken'; results: AdmissionResult[] }
  | { kind: 'invalid'; problems: FieldProblem[] }
  | { kind: 'reply'; body: Record<string, unknown> }

/** Where payloads become signals. Rejects with a CodedError where the service stops or the store fails: nothing was stored then. */
export interface Intake {
  receive(delivery: Delivery): Promise<Receipt>
}

export type { CheckSignature, SignalSource } from './signal-source.ts'
export type { IntakeSource } from './sources/index.ts'
