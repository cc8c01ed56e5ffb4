import type { Remedy } from '#src/domain/action.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import { buildDraft } from './build-draft.ts'
import type { Situation } from './situation.ts'
import { capitalize, quote, subjectOf } from './words.ts'

const recentMs = 15 * 60_000
/** Hardly any server answers in time with less, in cores. */
const tiny = 0.1
/** What runtimes and agents say of a quota that holds them back. */
const throttled = /\bCPU\b[^\n]{0,20}\bthrottl|\bthrottl\w*[^\n]{0,30}\bCPU\b|\bnr_throttled\b|\bcfs[_ ]quota\b/i

/**
 * A CPU limit that keeps a program from answering its probes in time: told by the log, or by a limit that is tiny while nothing is
 * said of a hang. The kubelet tells only of the timeouts.
 */
export function judgeCpuStarved(situation: Situation): FindingDraft | undefined {
  const { spec, records, view, pod } = situation
  const limit = spec.resources?.limits?.['cpu']
  const cores = parseQuantity(limit)
  const last = records.at(-1)
  const timeout = probeTimeout(situation)
  if (!limit || cores === undefined || !timeout || !last) return undefined
  const told = records.findLast((record) => throttled.test(record.message))
  const isStuck = records.some((record) => matchRecord(record).some(({ signature }) => signature.family === 'stuck'))
  if (!told && (cores > tiny || isStuck)) return undefined
  const kind = /^(\w+) probe/i.exec(timeout.message)?.[1]?.toLowerCase() ?? 'liveness'
  const reason = `a CPU limit of ${limit} is too little to answer the ${kind} probe in time`
  return buildDraft(situation, {
    mechanism: 'cpu_starved',
    record: told ?? last,
    statement: `${capitalize(subjectOf(situation))} does not answer its ${kind} probe in time (timeoutSeconds ${probeOf(situation, kind)?.timeoutSeconds ?? 1}) because its CPU limit of ${limit} holds it back${told ? `: ${quote(told.message, 110)}` : '; it runs and its log tells of no hang'}`,
    confidence: told ? 0.85 : 0.65,
    confidence_reason: told
      ? 'the log tells of the throttling and the events of the timeouts'
      : 'told by how small the limit is; without CPU metrics a hang cannot be ruled out',
    evidence: [
      eventEvidence(timeout),
      objectEvidence(
        view.snapshot,
        pod,
        `.spec.containers[?(@.name=="${spec.name}")].resources.limits.cpu`,
        `CPU limit of container ${spec.name} is ${limit}`,
      ),
    ],
    remedies: [moreCpu(situation, cores, reason), moreTime(situation, kind, reason)],
  })
}

/** Liveness before readiness: a kill hurts more than a pod that is left out. */
function probeTimeout({ view, pod, spec }: Situation): ClusterEvent | undefined {
  const told = view.eventsOf(pod).filter((event) => {
    const age = view.ageOf(event.last_seen)
    const about = event.regarding.fieldPath
    return (
      event.reason === 'Unhealthy' &&
      /^(?:Liveness|Readiness|Startup) probe failed:.*(?:deadline exceeded|timed? ?out)/i.test(event.message) &&
      (age === undefined || age <= recentMs) &&
      (!about || about.includes(`{${spec.name}}`))
    )
  })
  return told.find((event) => event.message.startsWith('Liveness')) ?? told[0]
}

function probeOf({ spec }: Situation, kind: string) {
  return kind === 'readiness' ? spec.readinessProbe : kind === 'startup' ? spec.startupProbe : spec.livenessProbe
}

function moreCpu({ workload, spec }: Situation, cores: number, reason: string): Remedy {
  return {
    kind: 'patch_resources',
    target: workload,
    params: { container: spec.name, limits: { cpu: `${Math.max(Math.ceil(cores * 5000), 250)}m` } },
    reason,
    risk: 'medium',
    reversible: true,
  }
}

function moreTime(situation: Situation, kind: string, reason: string): Remedy {
  const probe = kind === 'readiness' || kind === 'startup' ? kind : 'liveness'
  const timeoutSeconds = Math.max((probeOf(situation, kind)?.timeoutSeconds ?? 1) * 3, 5)
  return {
    kind: 'patch_probe',
    target: situation.workload,
    params: { container: situation.spec.name, probe, timeoutSeconds },
    reason: `${reason}; until it has more, the probe may wait longer`,
    risk: 'low',
    reversible: true,
  }
}
