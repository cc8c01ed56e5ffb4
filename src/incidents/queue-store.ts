import type { Decision } from '../domain/decision.ts'
import type { ResourceRef } from '../domain/resource-ref.ts'
import type { Incident } from '../domain/signal.ts'
import type { TimelineEntry } from '../domain/timeline.ts'

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
}

/** What a claim asks for. Times are epoch milliseconds. */
export interface ClaimRequest {
  owner: string
  now: number
  lease_ms: number
  /** Running incidents over all replicas never exceed it. */
  limit: number
  /** Attempts after which a broken incident becomes a dead letter. */
  most_failures: number
  /** For a run that is new. */
  new_run_id: string
}

/** How a run ended. `retry`: it broke, and may run again at `available_at`; `failed`: it broke for the last time. */
export type RunEnd =
  | { kind: 'decided'; decision: Decision; close?: string; scope: readonly ResourceRef[]; cause_key?: string }
  | { kind: 'retry'; decision: Decision; why: string; available_at: number }
  | { kind: 'failed'; decision: Decision; why: string }
  /** Given back unfinished by a drain: no attempt is counted, and the run goes on elsewhere. */
  | { kind: 'released' }

/** What a sweep found and wrote down. */
export interface Swept {
  expired: Incident[]
  /** Leases that ran out; they are queued again, or dead letters. */
  abandoned: Incident[]
  /** Closed for nothing was heard of them any more. */
  quiet: Incident[]
}

export type TimelineNote = Omit<TimelineEntry, 'incident_id' | 'seq'>

/** The queue in the incidents table. Whatever resolves is on disk. */
export interface QueueStore {
  /** The most urgent incident that may run now: at most one running per service, at most `limit` altogether. */
  claim(request: ClaimRequest): Promise<Claim | undefined>
  /** False: the claim is lost, and whatever its holder does is not counted any more. */
  renew(claim: Claim, lease_until: number): Promise<boolean>
  /** False: the claim is lost, and nothing was written. A signal that woke the incident meanwhile queues it again. */
  finish(claim: Claim, end: RunEnd, now: number): Promise<boolean>
  sweep(request: { now: number; most_failures: number; quiet_before: number; retry_at: number }): Promise<Swept>
}
