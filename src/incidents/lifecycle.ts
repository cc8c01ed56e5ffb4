import type { Feedback } from '#src/domain/feedback.ts'
import type { IncidentStatus } from '#src/domain/incident-record.ts'
import {
  claim,
  closeQuiet,
  decide,
  expireInQueue,
  expireLease,
  failRun,
  release,
  type RunEvent,
} from './lifecycle-runs.ts'
import { changeAlert, join, resolve, type SignalEvent } from './lifecycle-signals.ts'
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
  withoutRun,
} from './lifecycle-state.ts'

/*
 * The life of an incident. Every change of an incident's state is one call of `transition`, with the lines that people read in its
 * history. Pure: stores load, lock, call it and write the difference.
 */

/** A later incident has the same cause. `absorbed`: for the earlier one; `merged`: for the later one. Times are epoch milliseconds. */
type MergeEvent = { kind: 'absorbed'; at: number; later: IncidentState } | { kind: 'merged'; at: number; into: string }

/** A person changes it. `requeued` from one of the statuses `from`; a run under way loses its claim. */
type PersonEvent =
  | { kind: 'closed'; at: number; actor: string; reason: string }
  | ({ kind: 'requeued'; from: readonly IncidentStatus[] } & Requeue)
  | { kind: 'feedback'; feedback: Pick<Feedback, 'at' | 'by' | 'verdict' | 'run_id'> }

interface Requeue {
  at: number
  actor: string
  reason: string
  trace_id: string
  expires_ms: number
}

/** A change was carried out: a run that starts after it is to check its outcome. */
interface ChangeCarriedOut {
  kind: 'change_carried_out'
  at: number
  actor: string
  execution_id: string
  trace_id: string
  expires_ms: number
}

export type IncidentEvent = SignalEvent | RunEvent | MergeEvent | PersonEvent | ChangeCarriedOut

type EventOf<Kind extends IncidentEvent['kind']> = Extract<IncidentEvent, { kind: Kind }>

const transitions: { [Kind in IncidentEvent['kind']]: (incident: IncidentState, event: EventOf<Kind>) => Transition } =
  {
    joined: join,
    resolved: resolve,
    alert_fired: changeAlert,
    alert_cleared: changeAlert,
    claimed: claim,
    released: release,
    decided: decide,
    run_failed: failRun,
    lease_expired: expireLease,
    queue_expired: expireInQueue,
    quiet: closeQuiet,
    absorbed: absorb,
    merged: mergeInto,
    closed: close,
    requeued: requeue,
    change_carried_out: followChange,
    feedback: noteFeedback,
  }

/** The incident after the event, and the lines for its history. An event that its status does not allow returns the same incident. */
export function transition(incident: IncidentState, event: IncidentEvent): Transition {
  const apply = transitions[event.kind] as (incident: IncidentState, event: IncidentEvent) => Transition
  return apply(incident, event)
}

/** It takes over the signals of the later incident, its priority, and a run that the later one waited for. */
function absorb(before: IncidentState, { at, later }: EventOf<'absorbed'>): Transition {
  const priority = later.priority < before.priority ? later.priority : before.priority
  const waiting = takeOverRun(before, later, at)
  const incident: IncidentState = {
    ...waiting,
    priority,
    claim_rank: claimRank(waiting.queued_ms, priority),
    signal_count: before.signal_count + later.signal_count,
    reported: boundReported([...before.reported, ...later.reported]),
    firing: boundFiring([...before.firing, ...later.firing]),
    last_signal_ms: Math.max(before.last_signal_ms, later.last_signal_ms),
    updated_at: isoTime(at),
  }
  return { incident, notes: [{ at: isoTime(at), kind: 'merged', text: `merged with ${later.id}: the same cause` }] }
}

function takeOverRun(before: IncidentState, later: IncidentState, at: number): IncidentState {
  if (later.status !== 'queued' || before.status === 'queued') return before
  const { expires_ms, next_trace_id } = later
  if (before.status === 'running')
    return { ...before, rerun_requested: true, rerun_expires_ms: expires_ms, next_trace_id }
  return { ...before, status: 'queued', queued_ms: at, available_ms: 0, expires_ms, next_trace_id }
}

function mergeInto(before: IncidentState, { at, into }: EventOf<'merged'>): Transition {
  if (!isOpen(before)) return unchanged(before)
  const text = `merged into ${into}: the same cause`
  return {
    incident: { ...before, ...closed(`same cause as ${into}`, at), merged_into: into, updated_at: isoTime(at) },
    notes: [
      { at: isoTime(at), kind: 'merged', text },
      { at: isoTime(at), kind: 'closed', text: `continues as ${into}` },
    ],
  }
}

function close(before: IncidentState, { at, actor, reason }: EventOf<'closed'>): Transition {
  if (before.status === 'closed') return unchanged(before)
  return {
    incident: { ...before, ...withoutRun, ...closed(reason, at), updated_at: isoTime(at) },
    notes: [{ at: isoTime(at), kind: 'closed', text: reason, actor }],
  }
}

function requeue(before: IncidentState, event: EventOf<'requeued'>): Transition {
  if (!event.from.includes(before.status)) return unchanged(before)
  const { at, actor, reason } = event
  return { incident: queuedAgain(before, event), notes: [{ at: isoTime(at), kind: 'requeued', text: reason, actor }] }
}

/** For a new run, its failures forgotten. */
function queuedAgain(
  before: IncidentState,
  { at, reason, expires_ms, trace_id }: Omit<Requeue, 'actor'>,
): IncidentState {
  return {
    ...before,
    ...withoutRun,
    status: 'queued',
    status_reason: reason,
    queued_ms: at,
    claim_rank: claimRank(at, before.priority),
    available_ms: 0,
    expires_ms,
    failures: 0,
    next_trace_id: trace_id,
    closed_at: null,
    merged_into: null,
    last_signal_ms: at,
    updated_at: isoTime(at),
  }
}

/** A run under way, or one to be resumed, started before the change: another follows it. */
function followChange(before: IncidentState, event: EventOf<'change_carried_out'>): Transition {
  const { at, actor, execution_id, trace_id, expires_ms } = event
  const notes = [
    { at: isoTime(at), kind: 'rerun_requested' as const, text: 'a run will check the outcome of the change', actor },
  ]
  if (before.status === 'running' || (before.status === 'queued' && before.resumes)) {
    const rerun = { rerun_requested: true, rerun_expires_ms: expires_ms, next_trace_id: trace_id }
    return { incident: { ...before, ...rerun }, notes }
  }
  if (before.status === 'queued') return { incident: before, notes }
  const reason = `checks the outcome of ${execution_id}`
  return { incident: queuedAgain(before, { at, reason, expires_ms, trace_id }), notes }
}

function noteFeedback(incident: IncidentState, { feedback }: EventOf<'feedback'>): Transition {
  const { at, by: actor, verdict, run_id } = feedback
  const text = `${actor} rated the decision as ${verdict === 'partly' ? 'partly right' : verdict}`
  return { incident, notes: [{ at, kind: 'feedback', text, run_id, actor }] }
}
