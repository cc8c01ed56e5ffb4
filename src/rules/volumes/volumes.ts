import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { PersistentVolumeClaim } from '#src/domain/kubernetes/objects.ts'
import type { Severity } from '#src/domain/severity.ts'
import { compareSeverity } from '#src/domain/severity.ts'
import type { Analyzer } from '#src/rules/rule.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { escalate } from '#src/rules/kit/escalate.ts'
import { listNames } from '#src/rules/kit/list-names.ts'
import { ownerOf } from '#src/rules/kit/owner-of.ts'
import { severityOf } from '#src/rules/kit/severity-of.ts'
import { claimUsers } from '#src/rules/kit/claim-users.ts'
import { exclusiveClaims } from './exclusive-claims.ts'
import { mountFailures } from './mount-failures.ts'
import { type ClaimCause, pendingClaim } from './pending-claim.ts'
import { pendingResize } from './pending-resize.ts'
import { reclaimFailures } from './reclaim-failures.ts'
import { unseenCause } from './unseen-cause.ts'

const bindingPatience = 15_000

/** Claims that do not bind, do not grow or have lost their volume, and volumes that cannot be attached or mounted. */
export const volumes: Analyzer = (view) => [
  ...view.list('PersistentVolumeClaim').flatMap((claim) => judgeClaim(view, claim)),
  ...view.list('PersistentVolumeClaim').flatMap((claim) => pendingResize(view, claim)),
  ...mountFailures(view),
  ...exclusiveClaims(view),
  ...reclaimFailures(view),
]

function judgeClaim(view: ClusterView, claim: PersistentVolumeClaim): FindingDraft[] {
  if (claim.metadata.deletionTimestamp) return []
  const users = claimUsers(view, claim)
  const named = users.workloads.map((ref) => `${ref.kind} ${ref.name}`)
  const cause = causeOf(view, claim, named.length > 0 ? ` and with it ${listNames(named)}` : '')
  if (!cause) return []
  const events = view.eventsOf(claim).filter((event) => /ProvisioningFailed|FailedBinding|ClaimLost/.test(event.reason))
  return [
    draftFinding({
      ...cause,
      resource: refOf(claim),
      severity: worst(users.workloads.map((ref) => severityOf(view, ref))),
      evidence: [
        objectEvidence(
          view.snapshot,
          claim,
          '.status.phase',
          `PersistentVolumeClaim ${claim.metadata.name} is ${claim.status?.phase}; storageClassName: ${claim.spec.storageClassName ?? 'none'}`,
        ),
        ...events.slice(0, 2).map(eventEvidence),
      ],
      affects: [...users.pods.map(refOf), ...users.workloads],
      since: claim.metadata.creationTimestamp,
    }),
  ]
}

/** Nobody is affected by a claim that nobody mounts. */
function worst(severities: Severity[]): Severity {
  return severities.toSorted(compareSeverity)[0] ?? 'low'
}

function causeOf(view: ClusterView, claim: PersistentVolumeClaim, users: string): ClaimCause | undefined {
  if (claim.status?.phase === 'Lost') return lost(view, claim, users)
  if (claim.status?.phase !== 'Pending') return undefined
  if ((view.ageOf(claim.metadata.creationTimestamp) ?? bindingPatience) < bindingPatience) return undefined
  return pendingClaim(view, claim, users) ?? unseenCause(view, claim, users)
}

function lost(view: ClusterView, claim: PersistentVolumeClaim, users: string): ClaimCause {
  const resource = refOf(claim)
  return {
    mechanism: 'pvc_lost',
    confidence: 0.97,
    confidence_reason: 'the claim itself is in phase Lost',
    statement: `PersistentVolumeClaim ${claim.metadata.name} is Lost: its PersistentVolume ${claim.spec.volumeName ?? ''} is gone${users}`,
    remedies: [
      escalate(
        resource,
        ownerOf(view, resource),
        `PersistentVolume ${claim.spec.volumeName ?? ''} behind claim ${claim.metadata.name} is gone: restore the data from a backup to a new volume, or create the PersistentVolume anew on the storage that still holds them.`,
        'only its owner knows where the data are',
      ),
    ],
  }
}
