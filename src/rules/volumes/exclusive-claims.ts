import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { PersistentVolumeClaim, Pod } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { instruct } from '#src/rules/kit/instruct.ts'
import { severityOf } from '#src/rules/kit/severity-of.ts'

/** Claims that one pod at a time may use (ReadWriteOncePod) and that keep a second pod from being scheduled. */
export function exclusiveClaims(view: ClusterView): FindingDraft[] {
  const exclusive = view
    .list('PersistentVolumeClaim')
    .filter(({ spec }) => (spec.accessModes ?? []).includes('ReadWriteOncePod'))
  return exclusive.flatMap((claim) => {
    const users = view.list('Pod').filter((pod) => uses(pod, claim))
    const holder = users.find((pod) => pod.spec.nodeName)
    const waiting = users.filter((pod) => !pod.spec.nodeName && saysSo(pod))
    return holder && waiting.length > 0 ? [describe(view, claim, holder, waiting)] : []
  })
}

function uses({ metadata, spec, status }: Pod, claim: PersistentVolumeClaim): boolean {
  const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed'
  if (isOver || metadata.namespace !== claim.metadata.namespace) return false
  return (spec.volumes ?? []).some(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name,
  )
}

function saysSo({ status }: Pod): boolean {
  const scheduled = (status?.conditions ?? []).find(({ type }) => type === 'PodScheduled')
  return scheduled?.status === 'False' && /ReadWriteOncePod/.test(scheduled.message ?? '')
}

function describe(view: ClusterView, claim: PersistentVolumeClaim, holder: Pod, waiting: Pod[]): FindingDraft {
  const [first = holder] = waiting
  const workload = view.workloadOf(first)
  const { name } = claim.metadata
  return draftFinding({
    mechanism: 'volume_in_use',
    resource: workload,
    severity: severityOf(view, workload),
    confidence: 0.93,
    confidence_reason: 'the scheduler names the access mode, and another pod uses the claim',
    statement: `${workload.kind} ${workload.name} cannot start another pod: claim ${name} is ReadWriteOncePod and pod ${holder.metadata.name} uses it, so ${waiting.length} pod${waiting.length > 1 ? 's wait' : ' waits'}`,
    evidence: [
      objectEvidence(
        view.snapshot,
        claim,
        '.spec.accessModes',
        `PersistentVolumeClaim ${name}: accessModes ReadWriteOncePod; used by pod ${holder.metadata.name} on node ${holder.spec.nodeName}`,
      ),
    ],
    affects: [workload, ...waiting.map(refOf)],
    remedies: [
      instruct(
        workload,
        'patch_strategy',
        `One pod at a time may use claim ${name}: let ${workload.kind} ${workload.name} run one replica with strategy Recreate, or give it a volume that several pods may use.`,
        { reason: 'the access mode of the volume admits one pod' },
      ),
    ],
  })
}
