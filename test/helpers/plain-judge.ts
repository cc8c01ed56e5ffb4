import type { Candidate, Judge, KnownIncident, Verdict } from '#src/intake/port.ts'

const ttlMs = 600_000

/** Opens what is unknown, joins what is known, wakes for a new novelty, resolves what is resolved: enough to exercise a store. */
export const plainJudge: Judge = (candidate, known, load): Verdict => {
  const expires_at = new Date(Date.parse(candidate.received_at) + ttlMs).toISOString()
  const novelty = candidate.signal.reason ?? 'none'
  if (candidate.covered_by !== undefined) return { kind: 'suppress', reason: `covered by ${candidate.covered_by}` }
  if (candidate.signal.message === 'refuse me') return { kind: 'refuse', reason: 'no room' }
  if (known) return judgeKnown(candidate, known, { novelty, expires_at })
  if (candidate.signal.state === 'resolved') return { kind: 'suppress', reason: 'nothing is open' }
  const busy = load.service_busy || load.running > 0 || load.queued > 0
  const reason = `queued ${load.queued}, running ${load.running}, opened ${load.opened_last_minute}, busy ${load.service_busy}`
  return { kind: 'open', status: busy ? 'queued' : 'created', reason, novelty, expires_at }
}

function judgeKnown(
  candidate: Candidate,
  known: KnownIncident,
  { novelty, expires_at }: { novelty: string; expires_at: string },
): Verdict {
  const { id: incident_id, reported, match } = known
  const others = known.firing.filter((key) => key !== candidate.signal.alert_key)
  if (candidate.signal.state === 'resolved' && match !== 'consequence' && others.length === 0)
    return { kind: 'resolve', incident_id, reason: 'it is over' }
  const wake = candidate.wants_answer || (candidate.signal.state === 'firing' && !reported.includes(novelty))
  const reason = `${match}, ${known.status}, ${known.signal_count} before`
  return { kind: 'join', incident_id, wake, noted: true, reason, novelty, priority: candidate.priority, expires_at }
}
