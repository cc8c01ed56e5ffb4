import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'

/** Why a free volume does not serve a claim; none of them where it does. */
export type VolumeMismatch = 'access mode' | 'size' | 'selector'

/** Free volumes of the claim's class, each with what speaks against it. */
export function matchVolumes(
  view: ClusterView,
  claim: PersistentVolumeClaim,
): { volume: PersistentVolume; mismatches: VolumeMismatch[] }[] {
  const { namespace, name } = claim.metadata
  const free = view.list('PersistentVolume').filter((volume) => {
    const taker = volume.spec.claimRef
    const mayTake = taker ? taker.namespace === namespace && taker.name === name : volume.status?.phase === 'Available'
    return mayTake && (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '')
  })
  return free.map((volume) => ({ volume, mismatches: mismatchesOf(volume, claim) }))
}

function mismatchesOf(volume: PersistentVolume, claim: PersistentVolumeClaim): VolumeMismatch[] {
  const mismatches: VolumeMismatch[] = []
  const offered = volume.spec.accessModes ?? []
  if (!(claim.spec.accessModes ?? []).every((mode) => offered.includes(mode))) mismatches.push('access mode')
  const wanted = parseQuantity(claim.spec.resources?.requests?.['storage']) ?? 0
  if ((parseQuantity(volume.spec.capacity?.['storage']) ?? 0) < wanted) mismatches.push('size')
  if (claim.spec.selector && !matchesSelector(claim.spec.selector, volume.metadata.labels)) mismatches.push('selector')
  return mismatches
}
