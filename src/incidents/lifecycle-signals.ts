import type { Priority } from '#src/domain/severity.ts'
import {
  boundFiring,
  boundReported,
  claimRank,
  closed,
  type IncidentState,
  isOpen,
  isoTime,
  type Transition,
  unchanged,
} from './lifecycle-state.ts'
import type { TimelineNote } from './port.ts'

/* What signals do to an incident. The reasons come from the judgement of the signal. */

/** The first signal of an incident. Times are epoch milliseconds; `actor` is the caller that sent the signal. */
export interface Opening {
  id: string
  at: number
  actor: string
  reason: string
  novelty: string
  priority: Priority
  trace_id: string
  expires_ms: number
}

/** Another signal of an open incident. `noted`: its line for the history; `rerun`: it reports something that needs another run. */
interface Joined {
  kind: 'joined'
  at: number
  actor: string
  firing: boolean
  novelty: string
  priority: Priority
  noted?: string
  rerun?: Rerun
}

interface Rerun {
  reason: string
  trace_id: string
  expires_ms: number
}

interface Resolved {
  kind: 'resolved'
  at: number
  actor: string
  reason: string
}

/** An alert started, or stopped, to fire for this incident. */
interface AlertChanged {
  kind: 'alert_fired' | 'alert_cleared'
  alert_key: string
}

export type SignalEvent = Joined | Resolved | AlertChanged

/** The incident that a signal opens. */
export function openIncident(opening: Opening): Transition {
  const { id, at, actor, reason, novelty, priority, trace_id, expires_ms } = opening
  const incident: IncidentState = {
    id,
    status: 'queued',
    status_reason: reason,
    priority,
    next_trace_id: trace_id,
    signal_count: 1,
    reported: [novelty],
    firing: [],
    updated_at: isoTime(at),
    last_signal_ms: at,
    queued_ms: at,
    claim_rank: claimRank(at, priority),
    expires_ms,
    available_ms: 0,
    attempt: 0,
    failures: 0,
    owner: null,
    lease_until: null,
    run_id: null,
    resumes: false,
    rerun_requested: false,
    rerun_expires_ms: null,
    close_after: null,
    outcome: null,
    cause_key: null,
    decided_at: null,
    decided_ms: null,
    merged_into: null,
    closed_at: null,
  }
  return { incident, notes: [{ at: isoTime(at), kind: 'opened', text: reason, actor }] }
}

export function join(before: IncidentState, event: Joined): Transition {
  if (!isOpen(before)) return unchanged(before)
  const { at, actor, firing, novelty, noted, rerun } = event
  const priority = event.priority < before.priority ? event.priority : before.priority
  const incident: IncidentState = {
    ...before,
    signal_count: before.signal_count + 1,
    updated_at: isoTime(at),
    last_signal_ms: at,
    reported: before.reported.includes(novelty) ? before.reported : boundReported([...before.reported, novelty]),
    priority,
    claim_rank: priority === before.priority ? before.claim_rank : claimRank(before.queued_ms, priority),
    close_after: firing ? null : before.close_after,
  }
  if (rerun)
    return {
      incident: requestRun(incident, rerun, at),
      notes: [{ at: isoTime(at), kind: 'rerun_requested', text: rerun.reason, actor }],
    }
  return { incident, notes: noted === undefined ? [] : [{ at: isoTime(at), kind: 'joined', text: noted, actor }] }
}

/** A run under way does not know the signal: another follows it. One that waits will know it, and may wait longer for it. */
function requestRun(incident: IncidentState, rerun: Rerun, at: number): IncidentState {
  const { reason, trace_id: next_trace_id, expires_ms } = rerun
  if (incident.status === 'running')
    return { ...incident, next_trace_id, rerun_requested: true, rerun_expires_ms: expires_ms }
  if (incident.status === 'queued') {
    const latest = incident.expires_ms === null ? null : Math.max(incident.expires_ms, expires_ms)
    return { ...incident, next_trace_id, expires_ms: latest }
  }
  return {
    ...incident,
    status: 'queued',
    status_reason: reason,
    next_trace_id,
    queued_ms: at,
    claim_rank: claimRank(at, incident.priority),
    available_ms: 0,
    expires_ms,
  }
}

/** A run under way ends first. */
export function resolve(before: IncidentState, { at, actor, reason }: Resolved): Transition {
  if (!isOpen(before)) return unchanged(before)
  const incident = counted(before, at)
  const resolved: TimelineNote = { at: isoTime(at), kind: 'resolved', text: reason, actor }
  if (before.status === 'running') return { incident: { ...incident, close_after: reason }, notes: [resolved] }
  return {
    incident: { ...incident, ...closed(reason, at), resumes: false },
    notes: [resolved, { ...resolved, kind: 'closed' }],
  }
}

export function changeAlert(before: IncidentState, { kind, alert_key }: AlertChanged): Transition {
  if ((kind === 'alert_fired') === before.firing.includes(alert_key)) return unchanged(before)
  const keys = before.firing.filter((key) => key !== alert_key)
  const firing = boundFiring(kind === 'alert_fired' ? [...keys, alert_key] : keys)
  return { incident: { ...before, firing }, notes: [] }
}

function counted(incident: IncidentState, at: number): IncidentState {
  return { ...incident, signal_count: incident.signal_count + 1, updated_at: isoTime(at), last_signal_ms: at }
}
