import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { Deployment, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { isIntentionallyIdle } from '#src/rules/kit/intention.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { defineRule } from '#src/rules/rule.ts'
import { scale } from '#src/rules/kit/actions.ts'

/** Workloads at zero replicas behind a Service that nothing else serves. One that nobody asks for is idle, not at fault. */
export const scaledToZero = defineRule({
  name: 'scaled-to-zero',
  finds: {
    scaled_to_zero: {
      title: 'a workload that something depends on is scaled to zero',
      category: 'rollout',
      role: 'cause',
      layer: 'workload',
      detected: 'A workload has zero replicas, and a Service selects its pods that nothing else serves.',
      from: [
        '.spec.replicas',
        'Service `.spec.selector` and the ready pods behind it',
        'event `ScalingReplicaSet`, the last applied configuration or an autoscaler: the replicas before',
        'a note in the annotations that the rest is meant',
      ],
      suggests: ['scale'],
      limits:
        'A workload that sleeps by an autoscaler, or by a note while nothing asks for it, is at rest. Where the earlier count is not known, one replica is proposed.',
    },
  },
  find: (view) =>
    [...view.list('Deployment'), ...view.list('StatefulSet')].flatMap((workload) => {
      if (workload.spec.replicas !== 0 || workload.metadata.deletionTimestamp || isIntentionallyIdle(view, workload))
        return []
      const labels = workload.spec.template.metadata?.labels
      const orphaned = view
        .servicesSelecting(workload.metadata.namespace, labels)
        .filter(
          (service) => !view.podsOfService(service).some(isPodReady) && !isServedElsewhere(view, service, workload),
        )
      return orphaned.length > 0 ? [describe(view, workload, orphaned)] : []
    }),
})

/** Another workload behind the same service has replicas: then that one is to answer, whether or not it does. */
function isServedElsewhere(view: ClusterView, service: Service, workload: Deployment | StatefulSet): boolean {
  return [...view.list('Deployment'), ...view.list('StatefulSet')].some(
    (other) =>
      other !== workload &&
      other.spec.replicas !== 0 &&
      other.metadata.namespace === workload.metadata.namespace &&
      view.servicesSelecting(other.metadata.namespace, other.spec.template.metadata?.labels).includes(service),
  )
}

function describe(view: ClusterView, workload: Deployment | StatefulSet, orphaned: Service[]): FindingDraft {
  const { kind } = workload
  const { name } = workload.metadata
  const before = previousReplicas(view, workload)
  const from = before ? ` (${before.replicas} before)` : ''
  const behind = listNames(orphaned.map((service) => service.metadata.name))
  const replicas = before?.replicas ?? 1
  return draftFinding({
    mechanism: 'scaled_to_zero',
    resource: refOf(workload),
    severity: 'high',
    confidence: 0.92,
    confidence_reason: 'spec.replicas is 0 while a Service selects its pods and nothing else serves it',
    statement: `${kind} ${name} is scaled to 0 replicas${from}, so Service ${behind} has no endpoints`,
    evidence: [
      objectEvidence(view.snapshot, workload, '.spec.replicas', `${kind} ${name} has spec.replicas 0`),
      ...(before ? [before.evidence] : []),
    ],
    affects: orphaned.map(refOf),
    remedies: [
      scale(
        refOf(workload),
        { replicas },
        {
          reason: before
            ? `it had ${before.replicas} replicas before; ask why it was scaled down if nobody knows`
            : 'one replica brings the Service back; how many it had before is not known',
        },
      ),
    ],
    since: before?.since,
  })
}

interface Before {
  replicas: number
  evidence: EvidenceDraft
  since?: string
}

/** The count before: from the controller's event, else from what was last applied, else from the autoscaler. */
function previousReplicas(view: ClusterView, workload: Deployment | StatefulSet): Before | undefined {
  return fromEvent(view, workload) ?? fromApplied(view, workload) ?? fromAutoscaler(view, workload)
}

function fromEvent(view: ClusterView, workload: Deployment | StatefulSet): Before | undefined {
  for (const event of view.eventsOf(workload)) {
    const [, newer, older] = /Scaled down replica set \S+ (?:from (\d+) to 0|to 0 from (\d+))/.exec(event.message) ?? []
    const replicas = Number(newer ?? older ?? 0)
    if (replicas > 0) return { replicas, evidence: eventEvidence(event), since: event.last_seen }
  }
  const ordinals = view.eventsOf(workload).flatMap((event) => {
    const ordinal = /^delete Pod \S+-(\d+) in StatefulSet/.exec(event.message)?.[1]
    return ordinal === undefined ? [] : [{ ordinal: Number(ordinal), event }]
  })
  const highest = ordinals.toSorted((left, right) => right.ordinal - left.ordinal)[0]
  return (
    highest && { replicas: highest.ordinal + 1, evidence: eventEvidence(highest.event), since: highest.event.last_seen }
  )
}

function fromApplied(view: ClusterView, workload: Deployment | StatefulSet): Before | undefined {
  const applied = workload.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration']
  const text = /"replicas":\s*(\d+)/.exec(applied ?? '')?.[1]
  const replicas = Number(text ?? 0)
  if (replicas === 0) return undefined
  const path = '.metadata.annotations'
  const said = `${workload.kind} ${workload.metadata.name} was last applied with ${replicas} replicas`
  return { replicas, evidence: objectEvidence(view.snapshot, workload, path, said) }
}

function fromAutoscaler(view: ClusterView, workload: Deployment | StatefulSet): Before | undefined {
  const autoscaler = view
    .list('HorizontalPodAutoscaler')
    .find(
      ({ metadata, spec }) =>
        metadata.namespace === workload.metadata.namespace &&
        spec.scaleTargetRef.kind === workload.kind &&
        spec.scaleTargetRef.name === workload.metadata.name,
    )
  const replicas = autoscaler?.spec.minReplicas ?? 0
  if (!autoscaler || replicas === 0) return undefined
  const said = `HorizontalPodAutoscaler ${autoscaler.metadata.name} keeps at least ${replicas} replicas`
  return { replicas, evidence: objectEvidence(view.snapshot, autoscaler, '.spec.minReplicas', said) }
}
