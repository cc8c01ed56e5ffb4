import { Priority } from '#src/domain/severity.ts'
import { noveltyOf } from './fingerprint.ts'
import type { Candidate, Judge, KnownIncident, QueueLoad, Verdict } from './port.ts'
import { classOfKnownReason } from './problem-class.ts'

/** The limits that admission depends on. */
export interface JudgeRules {
  /** Epoch milliseconds. */
  now: number
  /** How long a queued incident is worth running. */
  ttl_ms: number
  /** Runs at the same time over all replicas. */
  concurrent: number
  /** With more incidents queued nothing new is accepted. */
  max_queued: number
  /** An older decision no longer describes the present state. */
  stale_ms: number
  /** More new incidents than this within a minute, and the less urgent ones wait longer. */
  storm_per_minute: number
}

/** In a storm a less urgent incident may wait this many times longer. */
const stormTtlFactor = 6

/** Decides about candidates. Pure. */
export function createJudge(rules: JudgeRules): Judge {
  return (candidate, match, load) => {
    // A question about one resource is not answered with the incident of another one, even if that is the cause.
    const known = candidate.wants_answer && match?.match === 'consequence' ? undefined : match
    if (candidate.signal.state === 'resolved') return resolve(candidate, known, rules)
    if (candidate.covered_by !== undefined)
      return { kind: 'suppress', reason: `kept, and covered by ${candidate.covered_by}` }
    if (known) return join(candidate, known, rules)
    const calm = candidate.wants_answer ? undefined : harmlessReason(candidate)
    if (calm !== undefined) return { kind: 'suppress', reason: calm }
    return open(candidate, load, rules)
  }
}

function resolve(candidate: Candidate, known: KnownIncident | undefined, rules: JudgeRules): Verdict {
  if (!known) return { kind: 'suppress', reason: 'resolved, and no open incident is about it' }
  const { alert_key } = candidate.signal
  const others = known.firing.filter((key) => key !== alert_key).length
  if (known.match !== 'consequence' && others === 0)
    return { kind: 'resolve', incident_id: known.id, reason: 'the sender says that it is over' }
  const why =
    known.match === 'consequence'
      ? 'resolved, but the incident is about more than this'
      : `resolved, but ${others} other ${others === 1 ? 'alert' : 'alerts'} of the incident still fire`
  return {
    kind: 'join',
    incident_id: known.id,
    wake: false,
    noted: true,
    reason: why,
    novelty: known.told[0] ?? noveltyOf(candidate.signal, candidate.fingerprint_fields),
    priority: known.priority,
    expires_at: expiry(rules),
  }
}

/** Why a signal is stored without an incident; undefined where it reports a problem. */
function harmlessReason({ signal, problem_class }: Candidate): string | undefined {
  if (problem_class === 'change') return 'kept: it reports a change, not a problem'
  if (signal.source === 'log' && signal.severity === 'info') return 'kept: a line of this level reports no problem'
  const known = signal.reason !== undefined && classOfKnownReason(signal.reason, signal.message) !== undefined
  if (signal.event_type === 'Normal' && !known) return 'kept: a Normal event reports no problem'
  return undefined
}

function join(candidate: Candidate, known: KnownIncident, rules: JudgeRules): Verdict {
  const { novelty, news } = newsOf(candidate, known)
  const wish = wakes(candidate, known, { news, rules })
  const count = known.signal_count + 1
  return {
    kind: 'join',
    incident_id: known.id,
    wake: wish !== undefined,
    noted: wish !== undefined || isPowerOfTwo(count - 1),
    reason: `${relation(known)}; ${wish ?? standing(known)}`,
    novelty,
    priority: moreUrgent(candidate.priority, known.priority),
    expires_at: expiry(rules),
  }
}

/** What the incident does not know yet: another kind of problem, or the same with a higher priority. */
function newsOf(candidate: Candidate, known: KnownIncident): { novelty: string; news: string | undefined } {
  const novelty = noveltyOf(candidate.signal, candidate.fingerprint_fields)
  if (harmlessReason(candidate) !== undefined) return { novelty, news: undefined }
  const rises = isMoreUrgent(candidate.priority, known.priority)
  if (known.told.includes(novelty)) {
    if (!rises) return { novelty, news: undefined }
    return {
      novelty: `${novelty}|${candidate.priority}`,
      news: `it is more urgent than before (${candidate.priority})`,
    }
  }
  return { novelty, news: `it reports something new (${candidate.problem_class})` }
}

/** Why the incident is investigated again; undefined where it is not. */
function wakes(
  candidate: Candidate,
  known: KnownIncident,
  { news, rules }: { news: string | undefined; rules: JudgeRules },
): string | undefined {
  if (known.status === 'queued') return undefined
  if (news !== undefined)
    return `${news}, so it is investigated again${known.status === 'running' ? ' after the run under way' : ''}`
  if (known.status === 'running') return undefined
  if (candidate.wants_answer) return 'a person waits for an answer, so it is investigated again'
  const age = rules.now - Date.parse(known.decided_at ?? candidate.received_at)
  if (age <= rules.stale_ms || harmlessReason(candidate) !== undefined) return undefined
  return `its decision is ${Math.round(age / 60_000)} min old, so it is investigated again`
}

function relation({ match, resource }: KnownIncident): string {
  if (match === 'fingerprint') return 'the same problem'
  if (match === 'alert_key') return 'the same alert of its sender'
  return `a consequence of what was found about ${resource.kind} ${resource.name}`
}

function standing({ status }: KnownIncident): string {
  if (status === 'queued') return 'it waits for its run'
  return status === 'running' ? 'its run is under way' : 'it is decided, and the signal adds nothing'
}

function open(candidate: Candidate, load: QueueLoad, rules: JudgeRules): Verdict {
  if (load.queued_before >= rules.max_queued)
    return { kind: 'refuse', reason: `${load.queued_before} incidents are waiting already; send it again later` }
  const waits = waitsFor(load, rules)
  const late = load.opened_last_minute >= rules.storm_per_minute && isLessUrgent(candidate.priority)
  const storm = late ? `; many new incidents at once, so ${candidate.priority} may wait longer` : ''
  const novelty = noveltyOf(candidate.signal, candidate.fingerprint_fields)
  const expires_at = expiry(rules, late ? stormTtlFactor : 1)
  const reason = `${waits ? `a new problem that waits: ${waits}` : 'a new problem, next in line'}${storm}`
  return { kind: 'open', status: waits || late ? 'queued' : 'created', reason, novelty, expires_at }
}

function waitsFor(load: QueueLoad, rules: JudgeRules): string | undefined {
  if (load.service_busy) return 'another incident of its service goes first'
  if (load.queued > 0) return `${load.queued} others are waiting`
  return load.running >= rules.concurrent ? `${load.running} runs are under way` : undefined
}

function expiry(rules: JudgeRules, ttlFactor = 1): string {
  return new Date(rules.now + rules.ttl_ms * ttlFactor).toISOString()
}

const rankOf = (priority: Priority): number => Priority.options.indexOf(priority)
const isLessUrgent = (priority: Priority): boolean => rankOf(priority) >= rankOf('P3')
const isMoreUrgent = (left: Priority, right: Priority): boolean => rankOf(left) < rankOf(right)
const moreUrgent = (left: Priority, right: Priority): Priority => (isMoreUrgent(left, right) ? left : right)

function isPowerOfTwo(count: number): boolean {
  return count > 0 && (count & (count - 1)) === 0
}
