import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { matchesNodeTerms, matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '#src/domain/kubernetes/storage.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { listNames, nearName } from '#src/rules/kit/names.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { escalate, instruct } from '#src/rules/kit/actions.ts'

export const pendingClaimMechanisms = {
  pvc_unbound: {
    title: 'a volume claim stays Pending',
    category: 'storage',
    role: 'cause',
    layer: 'environment',
    detected:
      'A claim stays Pending: no class and no default class, a class without a provisioner and no free volume that matches, a provisioner that has not answered for two minutes, or a reason that may not be read while its pods wait.',
    from: [
      'PersistentVolumeClaim `.status.phase` and `.spec`',
      'StorageClass `.provisioner` and the mark of the default class',
      'free PersistentVolumes',
      'event `ExternalProvisioning`',
    ],
    suggests: ['custom_instruction', 'escalate'],
    limits:
      'A claim that only waits for its first pod is no fault. Where classes or volumes may not be read, the claim is reported with little confidence and what is hidden is named.',
  },
  storage_class_missing: {
    title: 'the storage class of a claim does not exist',
    category: 'storage',
    role: 'cause',
    layer: 'storage',
    detected: 'A Pending claim names a storage class that is proved absent, or that its provisioner does not find.',
    from: [
      'PersistentVolumeClaim `.spec.storageClassName`',
      'the list of StorageClasses',
      'event `ProvisioningFailed`: `not found`',
    ],
    suggests: ['custom_instruction', 'escalate'],
    limits:
      'Which class replaces it is not known, unless one name is near. The class of a claim cannot be changed in place.',
  },
  provisioning_failed: {
    title: 'the provisioner refuses or fails to make the volume',
    category: 'storage',
    role: 'cause',
    layer: 'storage',
    detected: 'A claim is Pending, its class exists and makes volumes, and the provisioner reported a failure.',
    from: ['event `ProvisioningFailed`', 'PersistentVolumeClaim `.status.phase`', 'StorageClass `.provisioner`'],
    suggests: ['escalate'],
    limits: 'The storage behind the class is outside the snapshot; its own words are quoted.',
  },
} as const satisfies Declarations

/** Why a claim stays Pending, in the words of the finding; undefined where nothing is wrong with it (yet). */
export type ClaimCause = Pick<FindingDraft, 'mechanism' | 'statement' | 'remedies' | 'confidence' | 'confidence_reason'>

const defaultMark = 'storageclass.kubernetes.io/is-default-class'

const provisionPatience = 120_000

const noProvisioner = 'kubernetes.io/no-provisioner'

/** Why a free volume does not serve a claim; none of them where it does. */
type VolumeMismatch = 'access mode' | 'size' | 'selector'

/** Judges a Pending claim by its class, the volumes there are and what its provisioner said. `users` is for the sentence. */
export function pendingClaim(view: ClusterView, claim: PersistentVolumeClaim, users: string): ClaimCause | undefined {
  const name = claim.spec.storageClassName
  if (!name) return classless(view, claim, users)
  const failed = view.eventsOf(claim).find((event) => event.reason === 'ProvisioningFailed')
  const saysMissing = failed?.message.includes(`"${name}" not found`) ?? false
  const existence = view.existence('StorageClass', undefined, name)
  if (existence === 'absent' || (existence === 'unseen' && saysMissing)) return classMissing(view, claim, name, users)
  const storageClass = view.get('StorageClass', undefined, name)
  // A class without a provisioner always "fails to provision": what its claims lack is a volume.
  const makes = storageClass?.provisioner !== noProvisioner
  if (failed && !saysMissing && makes) return provisioningFailed(view, claim, failed.message, users)
  return storageClass && classful(view, claim, storageClass, users)
}

const claimRef = (claim: PersistentVolumeClaim): ResourceRef => ({
  kind: 'PersistentVolumeClaim',
  namespace: claim.metadata.namespace,
  name: claim.metadata.name,
})

function demandOf(claim: PersistentVolumeClaim): string {
  return [claim.spec.resources?.requests?.['storage'], ...(claim.spec.accessModes ?? [])].filter(Boolean).join(', ')
}

function createVolume(claim: PersistentVolumeClaim): Remedy {
  const { namespace, name } = claim.metadata
  return instruct(
    { kind: 'PersistentVolume', name: 'any' },
    'create_pv',
    `Create a PersistentVolume that serves claim ${namespace}/${name} (${demandOf(claim)}, storageClassName "${claim.spec.storageClassName ?? ''}").`,
    { reason: 'no free volume matches the claim' },
  )
}

function recreateClaim(claim: PersistentVolumeClaim, storageClass: string, reason: string): Remedy {
  return instruct(
    claimRef(claim),
    'recreate_pvc',
    `storageClassName of a claim cannot be changed: create claim ${claim.metadata.name} anew with storageClassName ${storageClass} (it holds no data yet); for a StatefulSet correct its volumeClaimTemplates.`,
    { reason },
  )
}

/** Classes that make volumes by themselves: only these help a claim that finds none. */
function dynamicClasses(view: ClusterView): string[] {
  return view
    .list('StorageClass')
    .filter((each) => each.provisioner && each.provisioner !== noProvisioner)
    .map((each) => each.metadata.name)
}

function classless(view: ClusterView, claim: PersistentVolumeClaim, users: string): ClaimCause | undefined {
  const isDefault = (each: StorageClass): boolean => each.metadata.annotations?.[defaultMark] === 'true'
  const fallback = view.list('StorageClass').find(isDefault)
  if (fallback && claim.spec.storageClassName === undefined) return undefined
  if (!view.covers('StorageClass', undefined) || !view.covers('PersistentVolume', undefined)) return undefined
  const matches = matchVolumes(view, claim)
  if (matches.some(({ mismatches }) => mismatches.length === 0)) return undefined
  const [existing] = dynamicClasses(view)
  const named = claim.spec.storageClassName === '' ? 'names the empty storageClassName' : 'names no storageClassName'
  const without = claim.spec.storageClassName === '' ? '' : ', no default StorageClass (storage class) exists'
  return {
    mechanism: 'pvc_unbound',
    confidence: 0.95,
    confidence_reason: 'all storage classes and volumes were seen',
    statement: `PersistentVolumeClaim ${claim.metadata.name} ${named}${without} and ${noVolume(matches)} (${demandOf(claim)}), so it stays Pending${users}`,
    remedies: [
      ...(existing ? [recreateClaim(claim, existing, `StorageClass ${existing} makes volumes by itself`)] : []),
      instruct(
        { kind: 'StorageClass', name: 'default' },
        'create_storageclass',
        `Create a StorageClass with a provisioner of this cluster and mark it as the default (${defaultMark}=true), or name one in the claim.`,
        { reason: 'a claim without a class needs a default class to get a volume' },
      ),
      createVolume(claim),
    ],
  }
}

function noVolume(matches: ReturnType<typeof matchVolumes>): string {
  const [nearest] = matches
  return nearest
    ? `the free PersistentVolume ${nearest.volume.metadata.name} does not match (${nearest.mismatches.join(', ')})`
    : 'no PersistentVolume matches'
}

function classMissing(view: ClusterView, claim: PersistentVolumeClaim, name: string, users: string): ClaimCause {
  const known = view.list('StorageClass').map((each) => each.metadata.name)
  const meant = nearName(name, known)
  const [existing] = dynamicClasses(view)
  const other = meant ?? existing
  const create = instruct(
    { kind: 'StorageClass', name },
    'create_storageclass',
    `Create StorageClass ${name} with a provisioner of this cluster; the claim is then provisioned by itself.`,
    { reason: `claim ${claim.metadata.name} asks for it and it does not exist` },
  )
  const recreate = other
    ? [recreateClaim(claim, other, `StorageClass ${other} exists${meant ? ` and ${name} looks like a slip` : ''}`)]
    : []
  const have = known.length > 0 ? `; there ${known.length === 1 ? 'is' : 'are'} ${listNames(known)}` : ''
  return {
    mechanism: 'storage_class_missing',
    confidence: 0.97,
    confidence_reason: 'the class is proved absent',
    statement: `PersistentVolumeClaim ${claim.metadata.name} asks for StorageClass ${name}, which does not exist (not found${have}), so no volume is provisioned${users}`,
    remedies: [
      ...(meant ? [...recreate, create] : [create, ...recreate]),
      escalate(
        view,
        { kind: 'StorageClass', name },
        `Which storage class replaces ${name}?`,
        'classes belong to the platform',
        'the platform team',
      ),
    ],
  }
}

function provisioningFailed(
  view: ClusterView,
  claim: PersistentVolumeClaim,
  message: string,
  users: string,
): ClaimCause {
  return {
    mechanism: 'provisioning_failed',
    confidence: 0.9,
    confidence_reason: 'the claim is Pending and the provisioner reported a failure',
    statement: `PersistentVolumeClaim ${claim.metadata.name} (storage class ${claim.spec.storageClassName}) stays Pending${users}; provisioning fails: ${message}`,
    remedies: [
      escalate(
        view,
        claimRef(claim),
        `The provisioner of storage class ${claim.spec.storageClassName} fails: ${message.slice(0, 200)}`,
        'the storage behind the class is not in the hands of the workload',
        'the platform team',
      ),
    ],
  }
}

function classful(
  view: ClusterView,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  users: string,
): ClaimCause | undefined {
  const name = storageClass.metadata.name
  const isStatic = storageClass.provisioner === noProvisioner
  if (isStatic) return view.covers('PersistentVolume', undefined) ? staticClass(view, claim, name, users) : undefined
  const isAwaited = view.eventsOf(claim).some((event) => event.reason === 'ExternalProvisioning')
  if (!isAwaited || (view.ageOf(claim.metadata.creationTimestamp) ?? 0) < provisionPatience) return undefined
  return {
    mechanism: 'pvc_unbound',
    confidence: 0.8,
    confidence_reason: 'the claim has waited for minutes and no failure was reported',
    statement: `PersistentVolumeClaim ${claim.metadata.name} stays Pending${users}: the provisioner ${storageClass.provisioner} of storage class ${name} does not answer`,
    remedies: [
      escalate(
        view,
        claimRef(claim),
        `Is the provisioner ${storageClass.provisioner} of storage class ${name} installed and running?`,
        'it makes the volumes and has not answered',
        'the platform team',
      ),
    ],
  }
}

function staticClass(
  view: ClusterView,
  claim: PersistentVolumeClaim,
  name: string,
  users: string,
): ClaimCause | undefined {
  const matches = matchVolumes(view, claim)
  const fitting = matches.filter(({ mismatches }) => mismatches.length === 0).map(({ volume }) => volume)
  const [reachless] = fitting
  if (reachless)
    return fitting.every((volume) => !isReachable(view, volume)) ? unreachable(claim, reachless, users) : undefined
  return {
    mechanism: 'pvc_unbound',
    confidence: 0.9,
    confidence_reason: 'all volumes were seen and the class makes none by itself',
    statement: `PersistentVolumeClaim ${claim.metadata.name} stays Pending${users}: storage class ${name} has no provisioner and ${noVolume(matches)} (${demandOf(claim)})`,
    remedies: [createVolume(claim)],
  }
}

function isReachable(view: ClusterView, volume: PersistentVolume): boolean {
  const terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms
  if (!terms || !view.covers('Node', undefined)) return true
  return view.list('Node').some((node) => matchesNodeTerms(terms, node.metadata.labels, node.metadata.name))
}

function unreachable(claim: PersistentVolumeClaim, volume: PersistentVolume, users: string): ClaimCause {
  const terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
  const places = terms.flatMap((term) => (term.matchExpressions ?? []).flatMap((each) => each.values ?? []))
  return {
    mechanism: 'volume_node_conflict',
    confidence: 0.9,
    confidence_reason: 'all nodes were seen and none has the labels of the volume',
    statement: `PersistentVolumeClaim ${claim.metadata.name} can only take PersistentVolume ${volume.metadata.name}, whose node affinity (${listNames(places)}) no node matches, so it stays Pending${users}`,
    remedies: [createVolume(claim)],
  }
}

/** Free volumes of the claim's class, each with what speaks against it. */
function matchVolumes(
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
