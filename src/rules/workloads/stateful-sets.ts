import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { replicasUnavailable } from './replicas-unavailable.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct, rollBack } from '#src/rules/kit/actions.ts'

const startup = 20_000

/** Stateful sets that lack replicas, wait for an ordinal, or hold an update back. */
export const statefulSets = defineRule({
  name: 'stateful-sets',
  finds: {
    statefulset_blocked: {
      title: 'a stateful set waits for an earlier ordinal',
      category: 'rollout',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        container_not_ready: 'the ordinal that blocks is the one that is not ready',
      },
      detected: 'An ordinal of a StatefulSet is not ready, and later ordinals or the update wait for it.',
      from: ['.spec.podManagementPolicy', 'Ready condition of its pods, by ordinal', '.status.updateRevision'],
      suggests: ['rollback'],
    },
  },
  alsoFinds: ['rollout_paused', 'replicas_unavailable', 'service_missing'],
  find: (view) =>
    view.list('StatefulSet').flatMap((set) => {
      if (set.metadata.deletionTimestamp) return []
      return [
        ...replicasUnavailable(view, set),
        ...blocked(view, set),
        ...heldBack(view, set),
        ...withoutService(view, set),
      ]
    }),
})

function ordinalOf(pod: Pod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1)
}

/** In order, one after the other: an ordinal that is not ready keeps later ones from being made, and an update from going on. */
function blocked(view: ClusterView, set: StatefulSet): FindingDraft[] {
  if (set.spec.podManagementPolicy === 'Parallel') return []
  const wanted = set.spec.replicas ?? 1
  const pods = view.podsOf(set).toSorted((left, right) => ordinalOf(left) - ordinalOf(right))
  const first = pods.find((pod) => !isPodReady(pod))
  if (!first || (view.ageOf(first.metadata.creationTimestamp) ?? startup) < startup) return []
  const updating = set.status?.updateRevision !== undefined && set.status.updateRevision !== set.status.currentRevision
  const missing = Array.from({ length: wanted }, (_, index) => index).filter(
    (ordinal) => ordinal > ordinalOf(first) && !pods.some((pod) => ordinalOf(pod) === ordinal),
  )
  if (missing.length === 0 && !(updating && wanted > 1)) return []
  const { name } = set.metadata
  const ready = pods.filter(isPodReady).length
  const waiting =
    missing.length > 0
      ? `ordinal${missing.length > 1 ? 's' : ''} ${missing.join(', ')} ${missing.length > 1 ? 'wait' : 'waits'} for`
      : 'the update of the other ordinals waits for'
  const back = updating ? rollBack(view, refOf(set), { lacksFault: () => true }) : undefined
  return [
    draftFinding({
      mechanism: 'statefulset_blocked',
      resource: refOf(set),
      severity: severityOf(view, refOf(set)),
      confidence: 0.95,
      confidence_reason: 'ordinals are made and updated in order, and this one is not ready',
      statement: `StatefulSet ${name} has ${ready} of ${wanted} replicas ready: ${waiting} ${first.metadata.name}, which is not ready (OrderedReady)`,
      evidence: [
        objectEvidence(
          view.snapshot,
          first,
          '.status.conditions[?(@.type=="Ready")]',
          `Pod ${first.metadata.name} is not ready; pods of StatefulSet ${name}: ${pods.length} of ${wanted}`,
        ),
      ],
      affects: [refOf(first)],
      remedies: back && back.revision.ready_replicas > 0 ? [back.remedy] : [],
      since: first.metadata.creationTimestamp,
    }),
  ]
}

/** A partition or OnDelete holds pods at the old revision: meant as a canary, forgotten now and then. */
function heldBack(view: ClusterView, set: StatefulSet): FindingDraft[] {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  const partition = rollingUpdate?.partition ?? 0
  const { updateRevision, currentRevision, updatedReplicas = 0 } = set.status ?? {}
  const waits = type === 'OnDelete' || partition > 0
  if (!waits || !updateRevision || updateRevision === currentRevision) return []
  if (updatedReplicas >= (set.spec.replicas ?? 1)) return []
  const resource = refOf(set)
  const { name } = set.metadata
  const how =
    type === 'OnDelete'
      ? 'until its pods are deleted (updateStrategy OnDelete)'
      : `below ordinal ${partition} (updateStrategy.rollingUpdate.partition: ${partition})`
  return [
    draftFinding({
      mechanism: 'rollout_paused',
      resource,
      severity: 'low',
      confidence: 0.7,
      confidence_reason: 'a new revision waits by the strategy; it may be meant',
      statement: `The update of StatefulSet ${name} is held back ${how}: ${updatedReplicas} of ${set.spec.replicas ?? 1} pods run the new revision`,
      evidence: [
        objectEvidence(
          view.snapshot,
          set,
          '.spec.updateStrategy',
          `StatefulSet ${name}: ${updatedReplicas} pods at ${updateRevision}, the others at ${currentRevision}`,
        ),
      ],
      remedies: [
        instruct(
          resource,
          'patch_strategy',
          type === 'OnDelete'
            ? `If the new revision is to run everywhere, set updateStrategy of StatefulSet ${name} to RollingUpdate, or let its owner replace the pods one by one.`
            : `If the canary is found well, set updateStrategy.rollingUpdate.partition of StatefulSet ${name} to 0.`,
          { reason: 'the strategy, not a fault, keeps the old revision' },
        ),
      ],
    }),
  ]
}

function withoutService(view: ClusterView, set: StatefulSet): FindingDraft[] {
  const name = set.spec.serviceName
  if (!name || view.existence('Service', set.metadata.namespace, name) !== 'absent') return []
  const ready = view.podsOf(set).filter(isPodReady).length
  const peers = ready < (set.spec.replicas ?? 1) ? peerSetting(set, name) : undefined
  return [
    draftFinding({
      mechanism: 'service_missing',
      resource: refOf(set),
      severity: peers === undefined ? 'info' : severityOf(view, refOf(set)),
      confidence: 0.9,
      confidence_reason: 'all services of the namespace were seen',
      statement: `The governing Service ${name} of StatefulSet ${set.metadata.name} does not exist (not found), so its pods have no stable DNS names${peers === undefined ? '' : `, which ${peers} uses`}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          set,
          '.spec.serviceName',
          `serviceName ${name} names a Service that does not exist`,
        ),
      ],
      remedies: [
        instruct(
          { kind: 'Service', namespace: set.metadata.namespace, name },
          'create_service',
          `Create the headless Service ${name} (clusterIP: None) with selector ${JSON.stringify(set.spec.selector.matchLabels ?? {})}; the pods of StatefulSet ${set.metadata.name} then get their DNS names.`,
          { reason: `serviceName of StatefulSet ${set.metadata.name} names it` },
        ),
      ],
    }),
  ]
}

/** Where the template writes a name such as `db-0.SERVICE`: then the set needs the names that the service would give. */
function peerSetting(set: StatefulSet, service: string): string | undefined {
  const pattern = new RegExp(`[a-z0-9)}]\\.${service}(?![a-z0-9-])`)
  for (const { name, env, args, command } of set.spec.template.spec.containers) {
    const variable = (env ?? []).find(({ value }) => value !== undefined && pattern.test(value))
    if (variable) return variable.name
    if ([...(command ?? []), ...(args ?? [])].some((word) => pattern.test(word))) return `container ${name}`
  }
  return undefined
}
