import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { fitText } from '#src/util/fit-text.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { formatDuration } from '#src/util/time.ts'
import { livingPods } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { undoOrAsk } from '#src/rules/kit/actions.ts'

/** Waits that are part of every start; they are reported only when they last. */
const patientMs = 120_000
const starting = new Set(['ContainerCreating', 'PodInitializing'])

/** Pods that hang in their start: a wait of the whole pod, so the finding names no container of it. */
export const stalledStarts = defineRule({
  name: 'stalled-starts',
  finds: {},
  alsoFinds: ['container_not_ready'],
  find,
})

function find(view: ClusterView): FindingDraft[] {
  const stalled = livingPods(view).flatMap((pod) => {
    const reason = waitOf(pod)
    const age = view.ageOf(pod.status?.startTime ?? pod.metadata.creationTimestamp)
    return reason !== undefined && age !== undefined && age > patientMs ? [{ pod, reason, age }] : []
  })
  const groups = Map.groupBy(stalled, ({ pod }) => refKey(view.workloadOf(pod)))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const workload = view.workloadOf(first.pod)
    const pods = group.length > 1 ? `${group.length} pods` : `Pod ${first.pod.metadata.name}`
    return [
      draftFinding({
        mechanism: 'container_not_ready',
        resource: workload,
        severity: severityOf(view, workload),
        confidence: 0.9,
        confidence_reason: 'the kubelet reports the wait; it does not tell the reason',
        statement: `${pods} of ${workload.kind} ${workload.name} hang${group.length > 1 ? '' : 's'} in ${first.reason} for ${formatDuration(first.age)}: no container of it has started${lastWords(view, first.pod)}.`,
        evidence: group
          .slice(0, 3)
          .map(({ pod, reason, age }) =>
            objectEvidence(
              view.snapshot,
              pod,
              '.status.containerStatuses',
              `pod ${pod.metadata.name} is in ${reason} for ${formatDuration(age)}`,
            ),
          ),
        affects: group.map(({ pod }) => refOf(pod)),
        remedies: undoOrAsk(view, workload, `What keeps ${pods} in ${first.reason}${lastWords(view, first.pod)}?`),
      }),
    ]
  })
}

/** The wait that all containers of a pod share; undefined once one of them has come further. */
function waitOf(pod: Pod): string | undefined {
  const reasons = (pod.status?.containerStatuses ?? []).map((status) => status.state?.waiting?.reason ?? '')
  return reasons.length > 0 && reasons.every((reason) => starting.has(reason)) ? reasons[0] : undefined
}

/** The newest warning, else a pull that has not ended, says what the start hangs on. */
function lastWords(view: ClusterView, pod: Pod): string {
  const events = view.eventsOf(pod)
  const pulling = events.some(({ reason }) => reason === 'Pulled')
    ? undefined
    : events.find(({ reason }) => reason === 'Pulling')
  const event = events.find(({ type }) => type === 'Warning') ?? pulling
  return event ? `; last event ${event.reason}: ${fitText(event.message, 120)}` : ''
}
