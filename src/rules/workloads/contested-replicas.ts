import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { HorizontalPodAutoscaler } from '#src/domain/kubernetes/workloads.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct } from '#src/rules/kit/actions.ts'

const recent = 60 * 60_000
/** Once back and forth may be a hand that corrected itself. */
const fewest = 2

/** Workloads whose replica count an autoscaler shares with somebody else: with another autoscaler, or with a hand or tool that sets it back. */
export const contestedReplicas = defineRule({
  name: 'contested-replicas',
  finds: {
    hpa_contested: {
      title: 'an autoscaler and somebody else set the same replica count',
      category: 'autoscaling',
      role: 'cause',
      layer: 'workload',
      explains: {
        scaled_to_zero: 'one of the two writers sets the replica count to zero',
      },
      detected:
        'Two autoscalers name the same target; or within the hour a workload was twice set back to a count that its autoscaler did not ask for and had to raise again.',
      from: [
        'HorizontalPodAutoscaler `.spec.scaleTargetRef`',
        'events `SuccessfulRescale` of the autoscaler and `ScalingReplicaSet` of its target',
        'Deployment `.metadata.managedFields`: who writes `.spec.replicas`',
      ],
      suggests: ['custom_instruction'],
      limits: 'A fight that is slower than the hour for which events are kept does not show.',
    },
  },
  find: (view) => {
    const byTarget = Map.groupBy(
      view.list('HorizontalPodAutoscaler').filter(({ metadata }) => !metadata.deletionTimestamp),
      (autoscaler) => refKey(targetOf(autoscaler)),
    )
    return [...byTarget.values()].flatMap((autoscalers) => {
      const [first, second] = autoscalers.toSorted((left, right) =>
        left.metadata.name.localeCompare(right.metadata.name),
      )
      if (first && second) return [shared(view, first, second)]
      return first ? setBack(view, first) : []
    })
  },
})

function targetOf({ metadata, spec }: HorizontalPodAutoscaler): ResourceRef {
  return { kind: spec.scaleTargetRef.kind, namespace: metadata.namespace, name: spec.scaleTargetRef.name }
}

function shared(view: ClusterView, first: HorizontalPodAutoscaler, second: HorizontalPodAutoscaler): FindingDraft {
  const target = targetOf(first)
  const names = `${first.metadata.name} and ${second.metadata.name}`
  return draftFinding({
    mechanism: 'hpa_contested',
    resource: refOf(second),
    severity: 'medium',
    confidence: 0.95,
    confidence_reason: 'both name the same target',
    statement: `HorizontalPodAutoscalers ${names} both scale ${target.kind} ${target.name}: each sets its own replica count, or neither scales (AmbiguousSelector)`,
    evidence: [first, second].map((autoscaler) =>
      objectEvidence(
        view.snapshot,
        autoscaler,
        '.spec.scaleTargetRef',
        `HorizontalPodAutoscaler ${autoscaler.metadata.name} scales ${target.kind} ${target.name}`,
      ),
    ),
    affects: [refOf(first), target],
    remedies: [
      instruct(
        refOf(second),
        'merge_hpa',
        `Put the metrics of HorizontalPodAutoscalers ${names} into one of them and remove the other; an autoscaler takes the largest count that its metrics ask for.`,
        { reason: 'one workload can follow one autoscaler' },
      ),
    ],
  })
}

/** Counts that the autoscaler raised and that fell again without its doing, several times within the hour. */
function setBack(view: ClusterView, autoscaler: HorizontalPodAutoscaler): FindingDraft[] {
  const target = targetOf(autoscaler)
  const isRecent = (event: ClusterEvent) => (view.ageOf(event.last_seen) ?? recent) < recent
  const rescales = view.eventsOf(autoscaler).filter((event) => event.reason === 'SuccessfulRescale' && isRecent(event))
  const own = new Set(rescales.flatMap(({ message }) => /New size: (\d+)/.exec(message)?.[1] ?? []))
  const workload = view.find(target)
  const steps = workload
    ? view.eventsOf(workload).filter((event) => event.reason === 'ScalingReplicaSet' && isRecent(event))
    : []
  const fall = steps.find((event) => isForeign(event, own))
  const to = fall && sizesOf(fall)?.to
  const raised = rescales.filter(({ message }) => Number(/New size: (\d+)/.exec(message)?.[1]) > Number(to))
  const falls = steps.filter((event) => sizesOf(event)?.to === to && isForeign(event, own))
  if (!fall || count(falls) < fewest || count(raised) < fewest) return []
  const { name } = autoscaler.metadata
  const said = `${count(raised)} times in the last hour HorizontalPodAutoscaler ${name} raised ${target.kind} ${target.name}`
  return [
    draftFinding({
      mechanism: 'hpa_contested',
      resource: target,
      severity: 'medium',
      confidence: 0.85,
      confidence_reason: 'the workload shrank without the autoscaler asking for it, and grew again because it asked',
      statement: `${said}, and ${count(falls)} times something else set it back to ${to} replicas: a hand, a deployment tool or a manifest with spec.replicas fights the autoscaler`,
      evidence: [...raised.slice(0, 2), ...falls.slice(0, 2)].map(eventEvidence),
      affects: [refOf(autoscaler)],
      remedies: [
        instruct(
          target,
          'drop_replicas',
          `Take spec.replicas out of the manifest or chart of ${target.kind} ${target.name} (or let the deployment tool ignore that field), so that only HorizontalPodAutoscaler ${name} sets it; its floor is minReplicas.`,
          { reason: 'a count that two sides set swings between them' },
        ),
      ],
    }),
  ]
}

/** A fall of one replica set that the autoscaler did not ask for. A rollout takes an old set down while another grows. */
function isForeign(event: ClusterEvent, own: ReadonlySet<string>): boolean {
  const sizes = sizesOf(event)
  return sizes !== undefined && sizes.to < sizes.from && sizes.to > 0 && !own.has(String(sizes.to))
}

function sizesOf({ message }: ClusterEvent): { from: number; to: number } | undefined {
  const [, from, to] = /^Scaled (?:up|down) replica set \S+ from (\d+) to (\d+)$/.exec(message) ?? []
  return from === undefined ? undefined : { from: Number(from), to: Number(to) }
}

function count(events: readonly ClusterEvent[]): number {
  return events.reduce((sum, event) => sum + event.count, 0)
}
