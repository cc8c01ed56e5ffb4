import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Probe } from '#src/domain/kubernetes/objects.ts'
import { buildDraft } from './build-draft.ts'
import { readHealthTimes, type HealthTime } from './read-health-times.ts'
import { remedies } from './remedies.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

const kinds = ['liveness', 'readiness', 'startup'] as const
type ProbeKind = (typeof kinds)[number]

const recentMs = 900_000
/** What takes longer than this is no slow answer but a hang. */
const longestSeconds = 30
const inTime = /deadline exceeded|Client\.Timeout|timeout|timed out/i

interface Impatience {
  kind: ProbeKind
  probe: Probe
  event: ClusterEvent
  times: HealthTime[]
  slowest: HealthTime
  timeout: number
}

/**
 * A probe that gives up before the program's own health endpoint has answered: events tell that it timed out, and the log tells
 * how long the answer took. Undefined where either is missing: a program that does not answer at all is another matter.
 */
export function judgeSlowProbe(situation: Situation): FindingDraft | undefined {
  for (const kind of kinds) {
    const impatience = impatienceOf(situation, kind)
    if (impatience) return describe(situation, impatience)
  }
  return undefined
}

function impatienceOf(situation: Situation, kind: ProbeKind): Impatience | undefined {
  const { view, pod, spec, records } = situation
  const probe = spec[`${kind}Probe`]
  const event = probe && view.eventsOf(pod).find((each) => isTimeout(each, kind, situation))
  if (!probe || !event) return undefined
  const timeout = probe.timeoutSeconds ?? 1
  const times = readHealthTimes(records, probe.httpGet?.path)
  const [slowest] = times
    .filter(({ seconds }) => seconds >= timeout && seconds <= longestSeconds)
    .toSorted((left, right) => right.seconds - left.seconds)
  return slowest && { kind, probe, event, times, slowest, timeout }
}

function isTimeout({ reason, message, last_seen, regarding }: ClusterEvent, kind: ProbeKind, situation: Situation) {
  const age = situation.view.ageOf(last_seen)
  const about = regarding.fieldPath
  const isRecent = (age === undefined || age <= recentMs) && (!about || about.includes(`{${situation.spec.name}}`))
  const starts = new RegExp(`^${kind} probe (?:failed|errored)`, 'i')
  return isRecent && reason === 'Unhealthy' && starts.test(message) && inTime.test(message)
}

function describe(situation: Situation, { kind, probe, event, times, slowest, timeout }: Impatience): FindingDraft {
  const { view, pod, spec, workload } = situation
  const index = pod.spec.containers.findIndex(({ name }) => name === spec.name)
  const seconds = Math.round(slowest.seconds * 100) / 100
  const late = times.filter((time) => time.seconds >= timeout).length
  const wanted = Math.max(timeout + 1, Math.ceil(slowest.seconds * 1.5))
  const endpoint = probe.httpGet?.path ? `health endpoint ${probe.httpGet.path}` : 'health check'
  const set = probe.timeoutSeconds === undefined ? 'the default timeoutSeconds 1' : `timeoutSeconds ${timeout}`
  return buildDraft(situation, {
    mechanism: 'probe_timeout_too_short',
    record: slowest.record,
    statement: `${words.capital(words.subject(situation))} answers its ${endpoint} in up to ${seconds} s (${late} of ${times.length} times over ${timeout} s), but its ${kind} probe waits only ${set}: ${words.quote(slowest.record.message, 80)}`,
    confidence: late * 2 >= times.length ? 0.92 : 0.8,
    confidence_reason: "the program's own log times the answer, and events tell that the probe timed out",
    evidence: [
      eventEvidence(event),
      objectEvidence(
        view.snapshot,
        pod,
        `.spec.containers[${index}].${kind}Probe.timeoutSeconds`,
        `${kind} probe: ${set}, periodSeconds ${probe.periodSeconds ?? 10}; slowest answer ${seconds} s`,
      ),
    ],
    remedies: [
      {
        kind: 'patch_probe',
        target: workload,
        params: { container: spec.name, probe: kind, timeoutSeconds: wanted },
        reason: `its health endpoint takes up to ${seconds} s, and the probe gives up after ${timeout} s`,
        risk: 'low',
        reversible: true,
      },
      remedies.escalate(
        situation,
        `why does the ${endpoint} of container ${spec.name} take ${seconds} s?`,
        'a health endpoint should answer at once',
      ),
    ],
  })
}
