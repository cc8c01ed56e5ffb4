import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { draftFinding } from './draft-finding.ts'
import type { ContainerGroup, ContainerInstance } from './pod-groups.ts'
import { severityOf } from './severity-of.ts'

type Said = Pick<FindingDraft, 'mechanism' | 'confidence' | 'confidence_reason' | 'statement'> &
  Partial<Pick<FindingDraft, 'severity' | 'remedies' | 'blames' | 'since' | 'affects' | 'resource' | 'evidence'>>

const shownPods = 3

/**
 * One finding about a container of a workload, whichever of its pods show it. `instances` are those that fail;
 * `evidenceOf` is asked for the first few of them, besides what `said` cites for all.
 */
export function groupFinding<I extends ContainerInstance>(
  view: ClusterView,
  group: ContainerGroup,
  instances: readonly I[],
  evidenceOf: (instance: I) => EvidenceDraft[],
  said: Said,
): FindingDraft {
  return draftFinding({
    resource: group.workload,
    container: group.container,
    severity: severityOf(view, group.workload),
    ...said,
    evidence: [...(said.evidence ?? []), ...instances.slice(0, shownPods).flatMap(evidenceOf)],
    affects: [...instances.map(({ pod }) => refOf(pod)), ...(said.affects ?? [])],
  })
}
