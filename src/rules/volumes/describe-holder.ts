import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { VolumeAttachment } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** Where the volume of a claim is attached, as the attach controller has it; undefined where that is not known. */
export function describeHolder(
  view: ClusterView,
  claim: ResourceRef,
): { node: string; words: string; evidence: EvidenceDraft } | undefined {
  const volume = view.get('PersistentVolumeClaim', claim.namespace, claim.name)?.spec.volumeName
  const attachment = view
    .list('VolumeAttachment')
    .find(
      ({ spec, status }) => volume !== undefined && spec?.source?.persistentVolumeName === volume && status?.attached,
    )
  const node = attachment?.spec?.nodeName
  if (!attachment || !node) return undefined
  const problem = problemOf(attachment)
  const words = `it is attached to node ${node}${problem}`
  const told = `VolumeAttachment of PersistentVolume ${volume}: attached to node ${node}${problem}`
  return { node, words, evidence: objectEvidence(view.snapshot, attachment, '.status', told) }
}

function problemOf({ status }: VolumeAttachment): string {
  const message = status?.detachError?.message
  return message ? `, and detaching fails: ${message.slice(0, 80)}` : ''
}
