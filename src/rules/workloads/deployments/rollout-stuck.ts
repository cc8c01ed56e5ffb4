import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Condition, Deployment } from '#src/domain/kubernetes/objects.ts'
import { type Revision, revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import { conditionOf } from '#src/rules/kit/condition-of.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { isPodReady } from '#src/rules/kit/is-pod-ready.ts'
import { rollBackTo } from '#src/rules/kit/roll-back-to.ts'
import { severityOf } from '#src/rules/kit/severity-of.ts'
import { describeChange } from './describe-change.ts'
import { imageTags } from './image-tags.ts'

const patience = 60_000

/**
 * A rollout that does not finish: the deadline has passed, or the new revision has no ready pod for a minute while the old one
 * serves. The way back is a remedy of this symptom, so that it is at hand whatever the new revision dies of.
 */
export function rolloutStuck(view: ClusterView, deployment: Deployment): FindingDraft[] {
  if (isComplete(deployment) || deployment.spec.paused) return []
  const revisions = revisionsOf(view, refOf(deployment))
  const current = revisions.find((revision) => revision.current)
  const previous = revisions.find((revision) => !revision.current && revision.ready_replicas > 0)
  const progressing = conditionOf(deployment, 'Progressing')
  const expired = progressing?.reason === 'ProgressDeadlineExceeded' && progressing.status === 'False'
  if (!expired && !isLate(view, deployment, current, previous)) return []
  const back = previous && rollBackTo(view, refOf(deployment), (template) => template === previous.template)
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
  return ages.length > 0 && Math.min(...ages) > patience
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
