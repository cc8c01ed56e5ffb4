import type { Remedy } from '#src/domain/action.ts'
import { eventEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import { buildDraft } from './build-draft.ts'
import { escalate, rollback } from './remedies.ts'
import type { Situation } from './situation.ts'
import { startOfRun, type StartOfRun } from './start-of-run.ts'
import { capitalize, imageOf, quote, subjectOf, subjectWithImage } from './words.ts'

/** That the kubelet kills a container for its liveness probe, and how the probe failed. */
interface LivenessKills {
  /** Seconds that the probe gives a container from its start to its death. */
  budget: number
  /** It did not answer in time, or with a server error; a refused connection or a 404 is no hang. */
  timed_out: boolean
  evidence: EvidenceDraft[]
}

const recentMs = 900_000

/**
 * A container that its liveness probe kills: either it had started and then hung, or the probe never gives it the time to start.
 * Undefined where neither shows: then the probe itself is in question, which its own rules judge.
 */
export function judgeLiveness(situation: Situation): FindingDraft | undefined {
  const kills = livenessKills(situation)
  const last = situation.records.at(-1)
  if (!kills || !last) return undefined
  const start = startOfRun(situation)
  const stuck = situation.records.findLast((record) =>
    matchRecord(record).some((match) => match.signature.family === 'stuck'),
  )
  if (stuck || (start.finished && kills.timed_out)) return hang(situation, kills, stuck ?? lastSaid(situation) ?? last)
  if (start.finished || situation.spec.startupProbe || hasServed(situation, kills.budget)) return undefined
  return tooAggressive(situation, kills, { start, record: lastSaid(situation) ?? last })
}

/** A run that lived far beyond what the probe grants a start was answered in between: then it had started. */
function hasServed({ status, spec, pod }: Situation, budget: number): boolean {
  const ended = status.state?.terminated ?? status.lastState?.terminated
  const lived = (Date.parse(ended?.finishedAt ?? '') - Date.parse(ended?.startedAt ?? '')) / 1000
  const grace = pod.spec.terminationGracePeriodSeconds ?? 30
  return lived > budget + grace + 2 * (spec.livenessProbe?.periodSeconds ?? 10)
}

/** The last thing said before the signal to stop. */
function lastSaid({ records }: Situation): LogRecord | undefined {
  return records.findLast((record) => !/terminated|SIGTERM|shutting down|signal/i.test(record.message))
}

function hang(situation: Situation, kills: LivenessKills, record: LogRecord): FindingDraft {
  const reason = 'the program hangs and its liveness probe kills it'
  return buildDraft(situation, {
    mechanism: 'application_hang',
    record,
    statement: `${capitalize(subjectWithImage(situation))} starts, then hangs, and the kubelet kills it for its failed liveness probe: ${quote(record.message, 140)}`,
    confidence: kills.timed_out ? 0.9 : 0.75,
    confidence_reason: 'events tell of liveness kills, and the log shows a start and then a standstill',
    evidence: kills.evidence,
    remedies: [
      ...rollback(situation, reason),
      escalate(
        situation,
        `find the hang of ${imageOf(situation)}: ${quote(record.message, 160)}`,
        reason,
      ),
    ],
  })
}

function tooAggressive(
  situation: Situation,
  kills: LivenessKills,
  { start, record }: { start: StartOfRun; record: LogRecord },
): FindingDraft | undefined {
  if (start.needed !== undefined && start.needed <= kills.budget) return undefined
  const probe = situation.spec.livenessProbe ?? {}
  const needs = start.needed === undefined ? 'had not finished starting' : `needs about ${start.needed} s to start`
  const rule = `initialDelaySeconds ${probe.initialDelaySeconds ?? 0} + ${probe.failureThreshold ?? 3} x periodSeconds ${probe.periodSeconds ?? 10}`
  return buildDraft(situation, {
    mechanism: 'liveness_too_aggressive',
    record,
    statement: `${capitalize(subjectOf(situation))} ${needs}, but its liveness probe kills it after about ${kills.budget} s (${rule}) and there is no startupProbe: ${quote(record.message, 90)}`,
    confidence: start.needed === undefined ? 0.7 : 0.92,
    confidence_reason: start.said_by
      ? `the time is stated: ${start.said_by}`
      : 'it was killed before it said that it serves',
    evidence: kills.evidence,
    remedies: moreTime(situation, kills.budget, start.needed),
  })
}

/** Half as much again as the start takes, at least 15 s more; where that is not known, it is asked for. */
function moreTime(situation: Situation, budget: number, needed: number | undefined): Remedy[] {
  const { spec, workload } = situation
  const period = spec.livenessProbe?.periodSeconds ?? 10
  const wanted = needed === undefined ? undefined : Math.max(Math.ceil(needed * 1.5), needed + 15)
  const base = { target: workload, risk: 'low' as const, reversible: true }
  const ask = `how many seconds container ${spec.name} may take to start (more than ${budget})`
  return [
    {
      ...base,
      kind: 'patch_probe',
      params: {
        container: spec.name,
        probe: 'startup',
        add: true,
        periodSeconds: period,
        ...(wanted === undefined ? {} : { failureThreshold: Math.ceil(wanted / period) }),
      },
      ...(wanted === undefined ? { needs: [{ param: 'failureThreshold', ask }] } : {}),
      reason: 'a startup probe holds the liveness probe back until the program serves',
    },
    {
      ...base,
      kind: 'patch_probe',
      params: {
        container: spec.name,
        probe: 'liveness',
        ...(wanted === undefined ? {} : { initialDelaySeconds: Math.ceil(wanted / 5) * 5 }),
      },
      ...(wanted === undefined ? { needs: [{ param: 'initialDelaySeconds', ask }] } : {}),
      reason: 'the liveness probe begins before the program can serve',
    },
  ]
}

/** Events of the last minutes that tell of liveness kills of this container; undefined where there are none. */
function livenessKills({ view, pod, spec }: Situation): LivenessKills | undefined {
  const probe = spec.livenessProbe
  if (!probe) return undefined
  const events = view.eventsOf(pod).filter((event) => {
    const age = view.ageOf(event.last_seen)
    const about = event.regarding.fieldPath
    return (age === undefined || age <= recentMs) && (!about || about.includes(`{${spec.name}}`))
  })
  const kill = events.find(
    (event) =>
      event.reason === 'Killing' &&
      /failed liveness probe/i.test(event.message) &&
      event.message.includes(` ${spec.name} `),
  )
  if (!kill) return undefined
  const failure = events.find(
    (event) => event.reason === 'Unhealthy' && /^Liveness probe (?:failed|errored)/i.test(event.message),
  )
  return {
    budget: (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3),
    timed_out: /deadline exceeded|timeout|timed out|statuscode: 5\d\d/i.test(failure?.message ?? ''),
    evidence: [kill, ...(failure ? [failure] : [])].map(eventEvidence),
  }
}
