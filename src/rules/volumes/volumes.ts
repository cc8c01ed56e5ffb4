import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { PersistentVolumeClaim } from '#src/domain/kubernetes/storage.ts'
import { type Severity, compareSeverity } from '#src/domain/severity.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { claimUsers } from '#src/rules/kit/references.ts'
import { mountFailures, mountMechanisms } from './mount-failures.ts'
import { type ClaimCause, pendingClaim, pendingClaimMechanisms } from './pending-claim.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct, restartRollout } from '#src/rules/kit/actions.ts'
import type { Remedy } from '#src/domain/action.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { formatDuration } from '#src/util/time.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'

const resizeMechanisms = {
  pvc_resize_pending: {
    title: 'a volume has not grown to the size that its claim asks for',
    category: 'storage',
    role: 'cause',
    layer: 'container',
    detected:
      'A bound claim asks for more than its volume has, and the resize failed or has been waiting for ten minutes.',
    from: [
      'PersistentVolumeClaim `.spec.resources.requests.storage` and `.status.capacity.storage`',
      'PersistentVolumeClaim `.status.conditions` (ControllerResizeError, NodeResizeError, FileSystemResizePending, Resizing)',
      'events about a failed resize',
    ],
    suggests: ['escalate'],
    limits: 'Whether the storage can give that much, and whether the driver needs a new start of the pod, is not seen.',
  },
} as const satisfies Declarations

const graceMs = 10 * 60_000

const failures = ['ControllerResizeError', 'NodeResizeError'] as const

const waits = ['FileSystemResizePending', 'Resizing'] as const

interface Stall {
  failed: boolean
  says: string
  ask: string
}

const bindingPatience = 15_000

/** Claims that do not bind, do not grow or have lost their volume, and volumes that cannot be attached or mounted. */
export const volumes = defineRule({
  name: 'volumes',
  finds: {
    ...pendingClaimMechanisms,
    ...mountMechanisms,
    ...resizeMechanisms,
    pvc_lost: {
      title: 'the volume behind a claim is gone',
      category: 'storage',
      role: 'cause',
      layer: 'storage',
      detected: 'A claim is in phase Lost.',
      from: ['PersistentVolumeClaim `.status.phase` and `.spec.volumeName`'],
      suggests: ['escalate'],
      limits: 'Where the data are is not known.',
    },
    volume_in_use: {
      title: 'a volume that one pod at a time may use is taken',
      category: 'storage',
      role: 'cause',
      layer: 'wiring',
      detected: 'A pod cannot be scheduled because another pod uses its claim, whose access mode is ReadWriteOncePod.',
      from: [
        'PersistentVolumeClaim `.spec.accessModes`',
        '`.status.conditions[type=PodScheduled]`: ReadWriteOncePod',
        'pods that mount the claim',
      ],
      suggests: ['custom_instruction'],
    },
    volume_reclaim_failed: {
      title: 'a volume that was given back cannot be reclaimed',
      category: 'storage',
      role: 'cause',
      layer: 'container',
      detected: 'A volume that belonged to a claim of the namespace is in phase Failed.',
      from: ['PersistentVolume `.status` and `.spec.claimRef`'],
      suggests: ['escalate'],
      limits: 'Nobody is affected by it at the moment, hence the low severity.',
    },
  },
  alsoFinds: ['volume_node_conflict'],
  find: (view) => [
    ...view.list('PersistentVolumeClaim').flatMap((claim) => judgeClaim(view, claim)),
    ...view.list('PersistentVolumeClaim').flatMap((claim) => pendingResize(view, claim)),
    ...mountFailures(view),
    ...exclusiveClaims(view),
    ...reclaimFailures(view),
  ],
})

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
        view,
        resource,
        `PersistentVolume ${claim.spec.volumeName ?? ''} behind claim ${claim.metadata.name} is gone: restore the data from a backup to a new volume, or create the PersistentVolume anew on the storage that still holds them.`,
        'only its owner knows where the data are',
      ),
    ],
  }
}

/** Volumes that were given back and could not be deleted: nobody is affected yet, but storage is held and paid for. */
function reclaimFailures(view: ClusterView): FindingDraft[] {
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
            view,
            refOf(volume),
            `Why can the storage behind PersistentVolume ${name} not be deleted (${words})? Make sure that its data are no longer needed.`,
            'what it holds may still be wanted, and the storage is outside the cluster',
            'the platform team',
          ),
        ],
      })
    })
}

/**
 * A claim that holds its pods up while what it waits for may not be read: the claim is reported, and what is hidden with it. A claim
 * that only waits for its first pod to be scheduled is no fault, so the scheduler itself must complain of the volume.
 */
function unseenCause(view: ClusterView, claim: PersistentVolumeClaim, users: string): ClaimCause | undefined {
  const hidden = hiddenParts(view, claim)
  if (hidden.length === 0 || !holdsUp(view, claim)) return undefined
  const { namespace, name } = claim.metadata
  const asks = claim.spec.storageClassName ? ` (storage class ${claim.spec.storageClassName})` : ''
  const unread = hidden.join(' and ')
  return {
    mechanism: 'pvc_unbound',
    confidence: 0.65,
    confidence_reason: `the claim is Pending and its pods wait for it; ${unread} could not be read, so the reason is not known`,
    statement: `PersistentVolumeClaim ${name}${asks} is Pending${users}; the reason is not known, because ${unread} could not be read`,
    remedies: [
      escalate(
        view,
        { kind: 'PersistentVolumeClaim', namespace, name },
        `Why does claim ${name}${asks} not bind? Reading ${unread} was not possible here: kubectl describe pvc ${name} -n ${namespace}; kubectl get storageclass,pv`,
        'what a claim waits for is cluster-wide and is hidden from this role',
        'the platform team',
      ),
    ],
  }
}

function hiddenParts(view: ClusterView, claim: PersistentVolumeClaim): string[] {
  const name = claim.spec.storageClassName
  const knowsClass = name
    ? view.existence('StorageClass', undefined, name) !== 'unseen'
    : view.covers('StorageClass', undefined)
  return [
    ...(knowsClass ? [] : [name ? `StorageClass ${name}` : 'the storage classes']),
    ...(view.covers('PersistentVolume', undefined) ? [] : ['the persistent volumes']),
  ]
}

function holdsUp(view: ClusterView, claim: PersistentVolumeClaim): boolean {
  return claimUsers(view, claim).pods.some((pod) => {
    const scheduled = conditionOf(pod, 'PodScheduled')
    const words = scheduled?.message ?? view.eventsOf(pod).find((event) => event.reason === 'FailedScheduling')?.message
    return scheduled?.status === 'False' && /persistentvolumeclaim|persistent volumes? to bind/i.test(words ?? '')
  })
}

/** Claims that one pod at a time may use (ReadWriteOncePod) and that keep a second pod from being scheduled. */
function exclusiveClaims(view: ClusterView): FindingDraft[] {
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

/** A bound claim that asks for more than its volume has, and whose growth has failed or does not come to an end. */
function pendingResize(view: ClusterView, claim: PersistentVolumeClaim): FindingDraft[] {
  if (claim.status?.phase !== 'Bound' || claim.metadata.deletionTimestamp) return []
  const [wanted, has] = [claim.spec.resources?.requests?.['storage'], claim.status.capacity?.['storage']]
  if ((parseQuantity(has) ?? Number.POSITIVE_INFINITY) >= (parseQuantity(wanted) ?? 0)) return []
  const stalled = stallOf(view, claim)
  if (!stalled) return []
  const { name } = claim.metadata
  const event = view.eventsOf(claim).find(({ reason }) => /ResizeFailed/.test(reason))
  const users = claimUsers(view, claim)
  return [
    draftFinding({
      mechanism: 'pvc_resize_pending',
      resource: refOf(claim),
      severity: stalled.failed ? 'medium' : 'low',
      confidence: 0.85,
      confidence_reason: 'the claim itself shows both sizes and the state of the resize',
      statement: `PersistentVolumeClaim ${name} asks for ${wanted}, its volume still has ${has}: the resize ${stalled.says}`,
      evidence: [
        objectEvidence(
          view.snapshot,
          claim,
          '.status.conditions',
          `PersistentVolumeClaim ${name}: requested ${wanted}, capacity ${has}; the resize ${stalled.says}`,
        ),
        ...(event ? [eventEvidence(event)] : []),
      ],
      affects: [refOf(claim), ...users.pods.map(refOf)],
      remedies: [
        ...startAnew(stalled, users.workloads),
        escalate(
          view,
          refOf(claim),
          `The resize of claim ${name} from ${has} to ${wanted} ${stalled.says.slice(0, 160)}. ${stalled.ask}`,
          'the volume, its driver and its node are not in the hands of the workload',
          'the platform team',
        ),
      ],
    }),
  ]
}

/** The volume has grown and its file system waits for the next start of the pod: that start is the remedy. */
function startAnew({ failed, says }: Stall, workloads: ResourceRef[]): Remedy[] {
  const [target, ...others] = workloads
  const isRolled = target && ['Deployment', 'StatefulSet', 'DaemonSet'].includes(target.kind)
  if (failed || !says.includes('FileSystemResizePending') || !isRolled || others.length > 0) return []
  return [
    restartRollout(
      target,
      { after: 'its owner agrees to the moment' },
      { reason: 'the volume behind the claim has grown; its file system grows when the pod is started anew' },
    ),
  ]
}

function stallOf(view: ClusterView, claim: PersistentVolumeClaim): Stall | undefined {
  const failed = failures.map((type) => conditionOf(claim, type)).find((condition) => condition?.status === 'True')
  const event = view
    .eventsOf(claim)
    .find(({ reason, last_seen }) => /ResizeFailed/.test(reason) && (view.ageOf(last_seen) ?? 0) < graceMs)
  if (failed ?? event) {
    const words = failed?.message ?? event?.message ?? ''
    return {
      failed: true,
      says: `fails (${failed?.type ?? event?.reason})${words ? `: ${words}` : ''}`,
      ask: 'Can the storage behind it give that much, and does its driver expand volumes?',
    }
  }
  const waiting = waits.map((type) => conditionOf(claim, type)).find((condition) => condition?.status === 'True')
  const age = view.ageOf(waiting?.lastTransitionTime)
  if (!waiting || age === undefined || age < graceMs) return undefined
  return {
    failed: false,
    says: `has been waiting for ${formatDuration(age)} (${waiting.type})`,
    ask:
      waiting.type === 'FileSystemResizePending'
        ? 'The file system grows when the kubelet next mounts it: some drivers need the pod to be started anew, at a time that its owner chooses.'
        : 'Does the resizer of its driver run?',
  }
}
