import { Priority } from '#src/domain/severity.ts'
import { noveltyOf } from './fingerprint.ts'
import type { Candidate, Judge, KnownIncident, QueueLoad, Verdict } from './port.ts'
import { classOfKnownReason } from './problem-class.ts'

/** By what a judge judges. */
export interface JudgeRules {
  /** Epoch milliseconds. */
  now: number
  /** How long a queued incident is worth running. */
  ttl_ms: number
  /** Runs at the same time over all replicas. */
  concurrent: number
  /** More than this many queued, and nothing new is taken. */
  max_queued: number
  /** A decision older than this says nothing about the state any more. */
  stale_ms: number
  /** More new incidents than this within a minute, and the less urgent ones wait longer. */
  storm_per_minute: number
}

/** How many times longer a less urgent incident may wait in a storm. */
const stormPatience = 6

/** Decides what becomes of candidates. Pure: all it knows of the world are the rules and its arguments. */
export function createJudge(rules: JudgeRules): Judge {
  return (candidate, match, load) => {
    // A person who asks about one thing is not answered about another one, be it the cause.
    const known = candidate.wants_answer && match?.match === 'consequence' ? undefined : match
    if (candidate.signal.state === 'resolved') return resolve(candidate, known, rules)
    if (candidate.covered_by !== undefined)
      return { kind: 'suppress', reason: `kept, and covered by ${candidate.covered_by}` }
    if (known) return join(candidate, known, rules)
    const calm = candidate.wants_answer ? undefined : tellsOfNoTrouble(candidate)
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

/** Kept for whoever looks at the service, but no reason to look by oneself. */
function tellsOfNoTrouble({ signal, problem_class }: Candidate): string | undefined {
  if (problem_class === 'change') return 'kept: it tells of a change, not of trouble'
  if (signal.source === 'log' && signal.severity === 'info') return 'kept: a line of this level tells of no trouble'
  const known = signal.reason !== undefined && classOfKnownReason(signal.reason, signal.message) !== undefined
  if (signal.event_type === 'Normal' && !known) return 'kept: a Normal event tells of no trouble'
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

/** What has not been told before: another kind of trouble, or the same at a more urgent step. */
function newsOf(candidate: Candidate, known: KnownIncident): { novelty: string; news: string | undefined } {
  const novelty = noveltyOf(candidate.signal, candidate.fingerprint_fields)
  if (tellsOfNoTrouble(candidate) !== undefined) return { novelty, news: undefined }
  const rises = isMoreUrgent(candidate.priority, known.priority)
  if (known.told.includes(novelty)) {
    if (!rises) return { novelty, news: undefined }
    return {
      novelty: `${novelty}|${candidate.priority}`,
      news: `it is more urgent than before (${candidate.priority})`,
    }
  }
  return { novelty, news: `it tells something new (${candidate.problem_class})` }
}

/** Why the incident is looked at again; undefined where it is not. */
function wakes(
  candidate: Candidate,
  known: KnownIncident,
  { news, rules }: { news: string | undefined; rules: JudgeRules },
): string | undefined {
  if (known.status === 'queued') return undefined
  if (news !== undefined)
    return `${news}, so it is looked at again${known.status === 'running' ? ' after the run under way' : ''}`
  if (known.status === 'running') return undefined
  if (candidate.wants_answer) return 'an answer is waited for, so it is looked at again'
  const age = rules.now - Date.parse(known.decided_at ?? candidate.received_at)
  if (age <= rules.stale_ms || tellsOfNoTrouble(candidate) !== undefined) return undefined
  return `its decision is ${Math.round(age / 60_000)} min old, so it is looked at again`
}

function relation({ match, resource }: KnownIncident): string {
  if (match === 'fingerprint') return 'the same problem'
  if (match === 'alert_key') return 'the same alert of its sender'
  return `a consequence of what was found about ${resource.kind} ${resource.name}`
}

function standing({ status }: KnownIncident): string {
  if (status === 'queued') return 'it waits for its run'
  return status === 'running' ? 'its run is under way' : 'it is decided, and this adds nothing'
}

function open(candidate: Candidate, load: QueueLoad, rules: JudgeRules): Verdict {
  if (load.queued_before >= rules.max_queued)
    return { kind: 'refuse', reason: `${load.queued_before} incidents are waiting already; send it again later` }
  const waits = waitsFor(load, rules)
  const late = load.opened_last_minute >= rules.storm_per_minute && isLessUrgent(candidate.priority)
  const storm = late ? `; many new incidents at once, so ${candidate.priority} may wait longer` : ''
  const novelty = noveltyOf(candidate.signal, candidate.fingerprint_fields)
  const expires_at = expiry(rules, late ? stormPatience : 1)
  const reason = `${waits ? `a new problem that waits: ${waits}` : 'a new problem, next in line'}${storm}`
  return { kind: 'open', status: waits || late ? 'queued' : 'created', reason, novelty, expires_at }
}

function waitsFor(load: QueueLoad, rules: JudgeRules): string | undefined {
  if (load.service_busy) return 'another incident of its service goes first'
  if (load.queued > 0) return `${load.queued} others are waiting`
  return load.running >= rules.concurrent ? `${load.running} runs are under way` : undefined
}

function expiry(rules: JudgeRules, patience = 1): string {
  return new Date(rules.now + rules.ttl_ms * patience).toISOString()
}

const rankOf = (priority: Priority): number => Priority.options.indexOf(priority)
const isLessUrgent = (priority: Priority): boolean => rankOf(priority) >= rankOf('P3')
const isMoreUrgent = (left: Priority, right: Priority): boolean => rankOf(left) < rankOf(right)
const moreUrgent = (left: Priority, right: Priority): Priority => (isMoreUrgent(left, right) ? left : right)

function isPowerOfTwo(count: number): boolean {
  return count > 0 && (count & (count - 1)) === 0
}
