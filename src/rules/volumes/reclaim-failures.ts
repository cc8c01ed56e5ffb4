import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { escalate } from '#src/rules/kit/escalate.ts'

/** Volumes that were given back and could not be deleted: nobody is affected yet, but storage is held and paid for. */
export function reclaimFailures(view: ClusterView): FindingDraft[] {
  const { namespace } = view.snapshot
  return view
    .list('PersistentVolume')
    .filter(({ status, spec }) => {
      return status?.phase === 'Failed' && (namespace === undefined || spec.claimRef?.namespace === namespace)
    })
    .map((volume) => {
      const { name } = volume.metadata
      const words = volume.status?.message ?? volume.status?.reason ?? 'no reason given'
      const claim = volume.spec.claimRef?.name
      return draftFinding({
        mechanism: 'volume_reclaim_failed',
        resource: refOf(volume),
        severity: 'low',
        confidence: 0.9,
        confidence_reason: 'the volume itself is in phase Failed',
        statement: `PersistentVolume ${name}${claim ? `, once of claim ${claim},` : ''} is Failed: it was given back and could not be reclaimed (${words})`,
        evidence: [
          objectEvidence(view.snapshot, volume, '.status.phase', `PersistentVolume ${name} is Failed: ${words}`),
        ],
        remedies: [
          escalate(
            refOf(volume),
            'the platform team',
            `Why can the storage behind PersistentVolume ${name} not be deleted (${words})? Make sure that its data are no longer needed.`,
            'what it holds may still be wanted, and the storage is outside the cluster',
          ),
        ],
      })
    })
}
