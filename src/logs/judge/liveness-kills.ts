import { eventEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Situation } from './situation.ts'

/** That the kubelet kills a container for its liveness probe, and how the probe failed. */
export interface LivenessKills {
  /** Seconds that the probe gives a container from its start to its death. */
  budget: number
  /** It did not answer in time, or with a server error; a refused connection or a 404 is no hang. */
  timed_out: boolean
  evidence: EvidenceDraft[]
}

const recentMs = 900_000

/** Events of the last minutes that tell of liveness kills of this container; undefined where there are none. */
export function livenessKills({ view, pod, spec }: Situation): LivenessKills | undefined {
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
