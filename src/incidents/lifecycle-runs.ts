import {
  claimRank,
  closed,
  type IncidentState,
  isoTime,
  type Transition,
  unchanged,
  unclaimed,
} from './lifecycle-state.ts'
import type { TimelineNote } from './port.ts'

/* What runs, and waiting for them, do to an incident. Times are epoch milliseconds. */

/** A worker takes it. `new_run_id`: for a run that is new. */
interface Claimed {
  kind: 'claimed'
  at: number
  owner: string
  lease_until: number
  new_run_id: string
}

/** The worker stops and returns the run unfinished. */
interface Released {
  kind: 'released'
  at: number
}

/** `close`: why nothing is wrong any more. */
interface Decided {
  kind: 'decided'
  at: number
  outcome: string
  summary: string
  close?: string
  cause_key?: string
}

/** The attempt broke. Without `retry_at` it was the last one. */
interface RunFailed {
  kind: 'run_failed'
  at: number
  why: string
  retry_at?: number
}

/** The claim stayed unchanged for a whole lease. */
interface LeaseExpired {
  kind: 'lease_expired'
  at: number
  max_failures: number
  retry_at: number
}

/** `queue_expired`: it waited longer than it may; `quiet`: there have been no signals for long. */
interface TimePassed {
  kind: 'queue_expired' | 'quiet'
  at: number
}

export type RunEvent = Claimed | Released | Decided | RunFailed | LeaseExpired | TimePassed

type Note = (kind: TimelineNote['kind'], text: string) => TimelineNote

/** Lines about the run of a claimed incident. */
function notesOf({ run_id, owner }: IncidentState, at: number): Note {
  const shared = { at: isoTime(at), run_id: run_id ?? undefined, actor: owner ?? undefined }
  return (kind, text) => ({ ...shared, kind, text })
}

export function claim(before: IncidentState, event: Claimed): Transition {
  if (before.status !== 'queued') return unchanged(before)
  const { at, owner, lease_until, new_run_id } = event
  const resumed = before.resumes && before.run_id !== null
  const incident: IncidentState = {
    ...before,
    status: 'running',
    status_reason: null,
    attempt: before.attempt + 1,
    owner,
    lease_until,
    run_id: resumed ? before.run_id : new_run_id,
    resumes: false,
    available_ms: 0,
    updated_at: isoTime(at),
  }
  const note = notesOf(incident, at)
  const text = resumed ? `${owner} resumed the interrupted run` : `${owner} started a run`
  return { incident, notes: [note(resumed ? 'resumed' : 'claimed', text)] }
}

export function release(before: IncidentState, { at }: Released): Transition {
  if (before.status !== 'running') return unchanged(before)
  const incident: IncidentState = {
    ...before,
    ...unclaimed,
    status: 'queued',
    status_reason: 'its worker stopped and returned the run, to be resumed',
    resumes: true,
    expires_ms: null,
    updated_at: isoTime(at),
  }
  return { incident, notes: [notesOf(before, at)('interrupted', `${before.owner} is stopping and returned the run`)] }
}

/** What was reported during the run comes first: it is queued again even where this run found nothing wrong. */
export function decide(before: IncidentState, event: Decided): Transition {
  if (before.status !== 'running') return unchanged(before)
  const { at, outcome, summary, cause_key = null } = event
  const reason = event.close ?? before.close_after
  const note = notesOf(before, at)
  const decided: IncidentState = {
    ...before,
    ...unclaimed,
    status: 'done',
    status_reason: null,
    run_id: null,
    rerun_requested: false,
    close_after: null,
    failures: 0,
    outcome,
    cause_key,
    decided_at: isoTime(at),
    decided_ms: at,
    updated_at: isoTime(at),
  }
  const notes = [note('decided', `${outcome}: ${summary}`)]
  if (before.rerun_requested)
    return {
      incident: { ...decided, ...queuedForRerun(before, at) },
      notes: [...notes, note('rerun_requested', `${arrived}: it runs again`)],
    }
  if (reason === null) return { incident: decided, notes }
  return { incident: { ...decided, ...closed(reason, at) }, notes: [...notes, note('closed', reason)] }
}

const arrived = 'new information arrived during the run'

function queuedForRerun({ priority, rerun_expires_ms }: IncidentState, at: number) {
  return {
    status: 'queued' as const,
    status_reason: arrived,
    queued_ms: at,
    claim_rank: claimRank(at, priority),
    available_ms: 0,
    expires_ms: rerun_expires_ms,
    rerun_expires_ms: null,
  }
}

const noFurtherAttempt = 'no further attempt: a person can queue it again'

/** An incident that was resolved meanwhile closes. A retry keeps its place in the queue, and may wait as long as it could before. */
export function failRun(before: IncidentState, { at, why, retry_at }: RunFailed): Transition {
  if (before.status !== 'running') return unchanged(before)
  const note = notesOf(before, at)
  const failed = note('run_failed', why)
  const { close_after, expires_ms, queued_ms } = before
  const ended: IncidentState = {
    ...before,
    ...unclaimed,
    run_id: null,
    failures: before.failures + 1,
    rerun_requested: false,
    close_after: null,
    updated_at: isoTime(at),
  }
  if (close_after !== null)
    return { incident: { ...ended, ...closed(close_after, at) }, notes: [failed, note('closed', close_after)] }
  if (retry_at === undefined)
    return {
      incident: { ...ended, status: 'failed', status_reason: why },
      notes: [failed, note('dead_letter', noFurtherAttempt)],
    }
  const retried = {
    status: 'queued' as const,
    status_reason: why,
    available_ms: retry_at,
    expires_ms: expires_ms === null ? null : retry_at + (expires_ms - queued_ms),
  }
  return {
    incident: { ...ended, ...retried },
    notes: [failed, note('retry', `the next attempt starts at ${isoTime(retry_at)} at the earliest`)],
  }
}

const leaseLost = 'the worker stopped renewing its lease'

/** Its run is resumed by another worker, unless it has ended its worker too often. */
export function expireLease(before: IncidentState, { at, max_failures, retry_at }: LeaseExpired): Transition {
  if (before.status !== 'running') return unchanged(before)
  const failures = before.failures + 1
  const isLast = failures >= max_failures
  const incident: IncidentState = {
    ...before,
    ...unclaimed,
    status: isLast ? 'failed' : 'queued',
    status_reason: isLast ? `${leaseLost} (${failures} times in a row)` : leaseLost,
    resumes: !isLast,
    failures,
    available_ms: retry_at,
    expires_ms: null,
    updated_at: isoTime(at),
  }
  const note = notesOf({ ...before, owner: null }, at)
  const notes = [note('interrupted', `the run was interrupted: ${leaseLost} (${failures} in a row)`)]
  return { incident, notes: isLast ? [...notes, note('dead_letter', noFurtherAttempt)] : notes }
}

/** One that was decided before stays open with that decision. A run that is to be resumed does not expire. */
export function expireInQueue(before: IncidentState, { at }: TimePassed): Transition {
  const { status, resumes, expires_ms, decided_at } = before
  if (status !== 'queued' || resumes || expires_ms === null || expires_ms > at) return unchanged(before)
  const text =
    decided_at === null
      ? 'given up: no run started within its time in the queue'
      : 'the requested run did not start in time; the last decision stands'
  const incident: IncidentState = {
    ...before,
    status: decided_at === null ? 'expired' : 'done',
    status_reason: 'no run started within its time in the queue',
    updated_at: isoTime(at),
  }
  return { incident, notes: [{ at: isoTime(at), kind: 'expired', text }] }
}

const quietReason = 'no further signals arrived'

export function closeQuiet(before: IncidentState, { at }: TimePassed): Transition {
  if (before.status !== 'done') return unchanged(before)
  return {
    incident: { ...before, ...closed(quietReason, at), updated_at: isoTime(at) },
    notes: [{ at: isoTime(at), kind: 'closed', text: quietReason }],
  }
}
