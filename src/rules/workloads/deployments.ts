import { replicasUnavailable, replicasMechanisms } from './replicas-unavailable.ts'
import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence, eventEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Condition, PodTemplate } from '#src/domain/kubernetes/objects.ts'
import type { Deployment } from '#src/domain/kubernetes/workloads.ts'
import { revisionsOf, templateChanges, type Revision } from '#src/domain/kubernetes/revisions.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { intentionNote } from '#src/rules/kit/intention.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, resumeRollout, rollBack } from '#src/rules/kit/actions.ts'

const graceMs = 60_000

/** Deployments that lack replicas, whose rollout is stuck, or whose change waits behind a pause. */
export const deployments = defineRule({
  name: 'deployments',
  finds: {
    ...replicasMechanisms,
    rollout_stuck: {
      title: 'a rollout does not finish',
      category: 'rollout',
      role: 'symptom',
      layer: 'symptom',
      explains: {
        statefulset_blocked: 'the rollout waits for the ordinal',
      },
      detected:
        'A rollout is not complete, and its deadline has passed, or the new revision has had no ready pod for a minute while an older one serves.',
      from: [
        '.status.conditions[type=Progressing] (ProgressDeadlineExceeded)',
        'Deployment `.status` counts',
        'ReplicaSets as revisions, with their ready pods',
      ],
      suggests: ['rollback'],
      limits:
        'Going back is proposed only to a revision that has ready pods now. A paused rollout is reported as rollout_paused.',
    },
    rollout_paused: {
      title: 'a rollout is paused',
      category: 'rollout',
      role: 'cause',
      layer: 'workload',
      detected:
        'A Deployment is paused while a change waits; or a StatefulSet holds its update back by a partition or OnDelete.',
      from: [
        'Deployment `.spec.paused` and the difference of its template from the current revision',
        'StatefulSet `.spec.updateStrategy` and `.status.updateRevision`',
        'a note in the annotations that the pause is meant',
      ],
      suggests: ['resume_rollout', 'escalate', 'custom_instruction'],
      limits:
        'Who paused it and why leaves no event. A noted pause, or a canary, is reported with low severity or none.',
    },
  },
  find: (view) =>
    view.list('Deployment').flatMap((deployment) => {
      if (deployment.metadata.deletionTimestamp) return []
      return [
        ...replicasUnavailable(view, deployment),
        ...rolloutStuck(view, deployment),
        ...rolloutPaused(view, deployment),
      ]
    }),
})

/** A paused deployment whose change waits: by state alone, because a pause leaves no event. One without a pending change is well. */
function rolloutPaused(view: ClusterView, deployment: Deployment): FindingDraft[] {
  if (!deployment.spec.paused || (deployment.spec.replicas ?? 1) === 0) return []
  const { name } = deployment.metadata
  const current = revisionsOf(view, refOf(deployment)).find((revision) => revision.current)
  const changes = current ? templateChanges(current.template, deployment.spec.template) : []
  const halfway = (deployment.status?.updatedReplicas ?? 0) < (deployment.spec.replicas ?? 1)
  const seen = view.covers('ReplicaSet', deployment.metadata.namespace)
  if ((current || !seen) && changes.length === 0 && !halfway) return []
  const what =
    current && changes.length > 0
      ? describeChange(current.template, deployment.spec.template)
      : `(${imageTags(deployment.spec.template)})`
  const resource = refOf(deployment)
  return [
    draftFinding({
      mechanism: 'rollout_paused',
      resource,
      severity: !current ? 'high' : intentionNote(view, deployment) === undefined ? 'medium' : 'info',
      confidence: 0.9,
      confidence_reason: 'spec.paused is set and the template differs from what runs',
      statement: `The rollout of Deployment ${name} ${what} is paused (spec.paused: true), so its change is not rolled out`,
      evidence: [
        objectEvidence(view.snapshot, deployment, '.spec.paused', `Deployment ${name} has spec.paused: true`),
        ...changes
          .slice(0, 2)
          .map((change) =>
            objectEvidence(
              view.snapshot,
              deployment,
              `.spec.template.${change.path}`,
              `the pending change of ${change.path}: ${change.before ?? 'absent'} -> ${change.after ?? 'absent'}`,
            ),
          ),
      ],
      remedies: [
        resumeRollout(resource, {}, { reason: 'the waiting change is rolled out as soon as the pause ends' }),
        escalate(view, resource, `Why was the rollout of ${name} paused?`, 'a pause is set by hand'),
      ],
    }),
  ]
}

/**
 * A rollout that does not finish: the deadline has passed, or the new revision has no ready pod for a minute while the old one
 * serves. The way back is a remedy of this symptom, so that it is at hand whatever the new revision dies of.
 */
function rolloutStuck(view: ClusterView, deployment: Deployment): FindingDraft[] {
  if (isComplete(deployment) || deployment.spec.paused) return []
  const revisions = revisionsOf(view, refOf(deployment))
  const current = revisions.find((revision) => revision.current)
  const previous = revisions.find((revision) => !revision.current && revision.ready_replicas > 0)
  const progressing = conditionOf(deployment, 'Progressing')
  const expired = progressing?.reason === 'ProgressDeadlineExceeded' && progressing.status === 'False'
  if (!expired && !isLate(view, deployment, current, previous)) return []
  const back =
    previous && rollBack(view, refOf(deployment), { lacksFault: (template) => template === previous.template })
  const fresh = view.podsOf(deployment).filter((pod) => !isPodReady(pod))
  return [
    draftFinding({
      mechanism: 'rollout_stuck',
      resource: refOf(deployment),
      severity: severityOf(view, refOf(deployment)),
      confidence: expired ? 0.95 : 0.8,
      confidence_reason: expired
        ? 'the deployment controller gave up waiting'
        : 'the new revision has had time to become ready; the deadline has not passed yet',
      statement: sentence(deployment, current, previous, expired),
      evidence: evidenceOf(view, deployment, progressing),
      affects: fresh.map(refOf),
      remedies: back ? [back.remedy] : [],
      since: current?.created_at ?? progressing?.lastTransitionTime,
    }),
  ]
}

/** A condition may outlive an undo: only counts that do not match make a rollout unfinished. */
function isComplete({ spec, status }: Deployment): boolean {
  const wanted = spec.replicas ?? 1
  return (
    (status?.updatedReplicas ?? 0) >= wanted &&
    (status?.availableReplicas ?? 0) >= wanted &&
    (status?.replicas ?? 0) <= Math.max(wanted, status?.updatedReplicas ?? 0)
  )
}

/** After an undo the wanted ReplicaSet is an old one: the rollout is as old as its pods or the last step of its controller. */
function isLate(
  view: ClusterView,
  deployment: Deployment,
  current: Revision | undefined,
  previous: Revision | undefined,
): boolean {
  if (!current || !previous || current.ready_replicas > 0) return false
  const source = view.find(current.source)
  const pods = source ? view.podsOf(source) : []
  const steps = [
    current.created_at,
    conditionOf(deployment, 'Progressing')?.lastUpdateTime,
    ...pods.filter((pod) => !pod.metadata.deletionTimestamp).map((pod) => pod.metadata.creationTimestamp),
  ]
  const ages = steps.flatMap((time) => view.ageOf(time) ?? [])
  return ages.length > 0 && Math.min(...ages) > graceMs
}

function sentence(
  deployment: Deployment,
  current: Revision | undefined,
  previous: Revision | undefined,
  expired: boolean,
): string {
  const reason = expired ? ': ProgressDeadlineExceeded' : ': the new revision has no ready pod'
  const template = current?.template ?? deployment.spec.template
  if (!previous)
    return `The rollout of Deployment ${deployment.metadata.name} (${imageTags(template)}) is stuck${reason}`
  const serving = `${previous.ready_replicas} pods of revision ${previous.revision} still serve`
  return `The rollout of Deployment ${deployment.metadata.name} ${describeChange(previous.template, template)} is stuck${reason}; ${serving}`
}

function evidenceOf(view: ClusterView, deployment: Deployment, progressing: Condition | undefined) {
  const { updatedReplicas = 0, readyReplicas = 0, unavailableReplicas = 0 } = deployment.status ?? {}
  const scaled = view.eventsOf(deployment).find((event) => event.reason === 'ScalingReplicaSet')
  return [
    objectEvidence(
      view.snapshot,
      deployment,
      '.status',
      `Deployment ${deployment.metadata.name}: ${updatedReplicas} updated, ${readyReplicas} ready, ${unavailableReplicas} unavailable; Progressing ${progressing?.status}: ${progressing?.reason} ${progressing?.message ?? ''}`,
    ),
    ...(scaled ? [eventEvidence(scaled)] : []),
  ]
}

/** What a change of template is about, in a few words: the images, or where they are the same the first changed fields. */
function describeChange(before: PodTemplate, after: PodTemplate): string {
  if (imageTags(before) !== imageTags(after)) return `from ${imageTags(before)} to ${imageTags(after)}`
  const paths = templateChanges(before, after).map((change) => change.path)
  return paths.length > 0 ? `(${imageTags(after)}, changed: ${paths.slice(0, 2).join(', ')})` : `(${imageTags(after)})`
}

/** Images without their registry and path: `parcel-api:8.4.0`. */
function imageTags(template: PodTemplate): string {
  return template.spec.containers.map((container) => (container.image ?? '').split('/').at(-1) ?? '').join(', ')
}
