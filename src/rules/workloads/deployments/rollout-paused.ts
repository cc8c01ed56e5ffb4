import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Deployment } from '#src/domain/kubernetes/objects.ts'
import { revisionsOf, templateChanges } from '#src/domain/kubernetes/revisions.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { intentionNote } from '#src/rules/kit/intention-note.ts'
import { ownerOf } from '#src/rules/kit/owner-of.ts'
import { describeChange } from './describe-change.ts'
import { imageTags } from './image-tags.ts'

/** A paused deployment whose change waits: by state alone, for a pause leaves no event. One without a pending change is well. */
export function rolloutPaused(view: ClusterView, deployment: Deployment): FindingDraft[] {
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
        {
          kind: 'resume_rollout',
          target: resource,
          params: {},
          reason: 'the waiting change is rolled out as soon as the pause ends',
          risk: 'medium',
          reversible: true,
        },
        escalate(resource, ownerOf(view, resource), `Why was the rollout of ${name} paused?`, 'a pause is set by hand'),
      ],
    }),
  ]
}
