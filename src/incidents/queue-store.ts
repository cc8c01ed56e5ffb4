import type { PlannedAction } from '#src/domain/action.ts'
import type { Decision } from '#src/domain/decision.ts'
import type { Execution, ObservedAfter } from '#src/domain/execution.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { TimelineEntry } from '#src/domain/timeline.ts'

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
  /** Whoever ran it last vanished in the middle of it: that may have been its doing. */
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

/** A change that a run asks a person's approval for. */
export interface AskedApproval {
  id: string
  plan_hash: string
  action: PlannedAction
  /** Epoch milliseconds. */
  expires_ms: number
}

/** What is done with a decision besides storing it, in the same transaction. Pure. */
export interface AfterDecision {
  /** The approvals that it asks for; what it does not ask for any more is withdrawn. */
  asks: readonly AskedApproval[]
  /** What it says of a change that was carried out before its run began. */
  see(execution: Execution): ObservedAfter
}

/** How a run ended. Without `after` approvals and executions stay as they are. `retry`: it broke, and may run again at `available_at`; `failed`: it broke for the last time. */
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
  /** Given back unfinished by a drain: no attempt is counted, and the run goes on elsewhere. */
  | { kind: 'released' }

/**
 * A claim as it stands in the store. Clocks of replicas differ and jump, so nobody compares `lease_until` with the time: a claim that
 * shows the same values for a whole lease, by the watcher's own steady clock, has been left alone.
 */
export interface Lease {
  incident_id: string
  attempt: number
  lease_until: number
}

/** What a sweep found and wrote down. */
export interface Swept {
  expired: Incident[]
  /** Claims that were left alone; they are queued again with their run to be resumed, or dead letters. */
  abandoned: Incident[]
  /** Closed for nothing was heard of them any more. */
  quiet: Incident[]
}

export type TimelineNote = Omit<TimelineEntry, 'incident_id' | 'seq'>

/** The queue in the incidents table. Whatever resolves is on disk. */
export interface QueueStore {
  /**
   * The most urgent incident that may run now: at most one running per service, at most `limit` altogether. One whose process vanished
   * in the middle of its run may be the reason: it is given only to a process that runs nothing else, and while it is next in line
   * nothing behind it is given to the others.
   */
  claim(request: ClaimRequest): Promise<Claim | undefined>
  /** False: the claim is lost, and whatever its holder does is not counted any more. */
  renew(claim: Claim, lease_until: number): Promise<boolean>
  /** False: the claim is lost, and nothing was written. A signal that woke the incident meanwhile queues it again. */
  finish(claim: Claim, end: RunEnd, now: number): Promise<boolean>
  /** Lines for the history of a claimed incident; dropped where the claim is lost. */
  note(claim: Claim, notes: readonly TimelineNote[]): Promise<void>
  /** All claims, of whichever replica. */
  leases(): Promise<Lease[]>
  /** Expires, gives up and closes what is due. A lapsed lease counts only if it still stands with the very same values. */
  sweep(request: SweepRequest): Promise<Swept>
}

/** Epoch milliseconds. `quiet_before`: done incidents without a signal since then are closed; `retry_at`: when abandoned ones may run. */
export interface SweepRequest {
  now: number
  lapsed: readonly Lease[]
  most_failures: number
  quiet_before: number
  retry_at: number
}
