import type { ClusterView } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { eventsOfContainer } from '#src/rules/kit/messages.ts'
import { formatDuration } from '#src/util/time.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { undoOrAsk } from '#src/rules/kit/actions.ts'

const minuteMs = 60_000
const longUp = 15 * minuteMs
const recent = 5 * minuteMs
const fewest = 6
/** Beyond this the kubelet no longer counts each failure, so the share of failed probes cannot be reckoned. */
const exact = 25

interface Flap extends ContainerInstance {
  event: ClusterEvent
  ready: Condition
  span: number
  up: number
}

/**
 * Containers that are ready at this moment and lose readiness again and again. One outage that is over is none: then the probe
 * failed all the time between its first and its last failure, here it failed in less than half of it.
 */
export const flappingReadiness = defineRule({
  name: 'flapping-readiness',
  finds: {},
  alsoFinds: ['readiness_failing'],
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const flaps = group.instances.flatMap((instance) => flapOf(view, instance) ?? [])
    const [first] = flaps
    return first ? [describe(view, group, flaps, first)] : []
  })
}

function flapOf(view: ClusterView, instance: ContainerInstance): Flap | undefined {
  const { status, spec, pod } = instance
  const startedAt = status?.state?.running?.startedAt
  const up = view.ageOf(startedAt)
  const ready = conditionOf(pod, 'Ready')
  const probe = spec.readinessProbe
  if (!probe || !status?.ready || ready?.status !== 'True' || up === undefined || up < longUp) return undefined
  const event = eventsOfContainer(view, instance).find(
    ({ reason, message }) => reason === 'Unhealthy' && message.startsWith('Readiness probe'),
  )
  if (!event || event.count < Math.max(fewest, 2 * (probe.failureThreshold ?? 3)) || event.count > exact)
    return undefined
  const [first, last] = [Date.parse(event.first_seen), Date.parse(event.last_seen)]
  const span = last - first
  const failing = event.count * (probe.periodSeconds ?? 10) * 1000
  // What happened while it started is no flapping.
  if (first < Date.parse(startedAt ?? '') + minuteMs || view.now - last > recent || failing > span / 2) return undefined
  const again = Date.parse(ready.lastTransitionTime ?? '')
  return again > first && view.now - again < 2 * recent ? { ...instance, event, ready, span, up } : undefined
}

function describe(view: ClusterView, group: ContainerGroup, flaps: Flap[], first: Flap): FindingDraft {
  const { event, span, up, ready } = first
  const rate = Math.round((event.count * 60 * minuteMs) / span)
  const why = event.message.replace(/^\w+ probe (?:failed|errored): /, '').slice(0, 90)
  const again = formatDuration(view.ageOf(ready.lastTransitionTime) ?? 0)
  return groupFinding(
    view,
    group,
    flaps,
    (flap) => [
      eventEvidence(flap.event),
      objectEvidence(
        view.snapshot,
        flap.pod,
        '.status.conditions[?(@.type=="Ready")]',
        `Pod ${flap.pod.metadata.name} became ready again at ${flap.ready.lastTransitionTime}`,
      ),
    ],
    {
      mechanism: 'readiness_failing',
      severity: 'low',
      confidence: 0.65,
      confidence_reason:
        'reckoned from the count of failures and the last change of readiness; it is ready at this moment',
      statement: `${nameGroup(group, flaps)} flaps: up for ${formatDuration(up)}, its readiness probe failed ${event.count} times in ${formatDuration(span)} (about ${rate} per hour), and it became ready again ${again} ago: ${why}`,
      remedies: undoOrAsk(
        view,
        group.workload,
        `Why does the readiness probe of container ${group.container} fail now and then (${why})? Image ${first.spec.image}.`,
      ),
      since: event.first_seen,
    },
  )
}
