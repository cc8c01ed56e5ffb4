import type { IncidentStatus } from '#src/domain/incident-record.ts'
import type { Priority } from '#src/domain/severity.ts'
import type { TimelineNote } from './port.ts'

/** The part of an incident that its life changes. `_ms`: epoch milliseconds, what the queue compares; `_at`: ISO, what people read. */
export interface IncidentState {
  readonly id: string
  readonly status: IncidentStatus
  /** Why it has this status, in words; null where the status says it all. */
  readonly status_reason: string | null
  readonly priority: Priority
  /** Trace id for the next run that is new. */
  readonly next_trace_id: string
  readonly signal_count: number
  /** Novelty keys that its signals reported, the latest last, bounded. */
  readonly reported: readonly string[]
  /** Alert keys that fire, bounded. */
  readonly firing: readonly string[]
  readonly updated_at: string
  readonly last_signal_ms: number
  readonly queued_ms: number
  /** Position in the queue: the smallest runs next. */
  readonly claim_rank: number
  /** Not before; 0: at once. */
  readonly available_ms: number
  /** When it is given up in the queue; null: never. */
  readonly expires_ms: number | null
  /** The fencing token: the number of claims so far. */
  readonly attempt: number
  /** Attempts that broke in a row. */
  readonly failures: number
  readonly owner: string | null
  readonly lease_until: number | null
  /** The run under way, or the one to resume. */
  readonly run_id: string | null
  /** The run was interrupted and is to be resumed. */
  readonly resumes: boolean
  /** New information arrived during the run: another run follows it. */
  readonly rerun_requested: boolean
  readonly rerun_expires_ms: number | null
  /** Why it closes when its run ends. */
  readonly close_after: string | null
  readonly outcome: string | null
  /** Open incidents with the same key have the same cause. */
  readonly cause_key: string | null
  readonly decided_at: string | null
  readonly decided_ms: number | null
  readonly merged_into: string | null
  readonly closed_at: string | null
}

/** An incident after an event, and the lines for its history. An event that its status does not allow returns the same object and no lines. */
export interface Transition {
  incident: IncidentState
  notes: readonly TimelineNote[]
}

/** Epoch milliseconds as ISO text. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** Open incidents take signals; there is one per fingerprint. */
export function isOpen({ status }: Pick<IncidentState, 'status'>): boolean {
  return status === 'queued' || status === 'running' || status === 'done'
}

export function unchanged(incident: IncidentState): Transition {
  return { incident, notes: [] }
}

const priorityStepMs = 120_000

/** Two minutes of waiting count as much as one step of priority, so that no incident waits for ever. */
export function claimRank(queued_ms: number, priority: Priority): number {
  return queued_ms + (Number(priority.slice(1)) - 1) * priorityStepMs
}

/** No worker holds it. */
export const unclaimed = { owner: null, lease_until: null }

/** No worker holds it, and nothing of its last run is resumed. */
export const withoutRun = { ...unclaimed, run_id: null, resumes: false, rerun_requested: false, close_after: null }

export function closed(status_reason: string, at: number) {
  return { status: 'closed' as const, status_reason, closed_at: isoTime(at) }
}

const maxReported = 64
const maxFiring = 256
/** Stands for alert keys above the limit: it never resolves, so that the incident stays open while they may fire. */
const overflow = '(more)'

/** Each novelty key once, the latest kept. */
export function boundReported(keys: readonly string[]): string[] {
  return [...new Set(keys)].slice(-maxReported)
}

/** Each firing alert key once. */
export function boundFiring(keys: readonly string[]): string[] {
  const distinct = new Set(keys)
  if (distinct.size <= maxFiring) return [...distinct]
  distinct.delete(overflow)
  return [...[...distinct].slice(0, maxFiring), overflow]
}
