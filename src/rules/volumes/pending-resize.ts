import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { PersistentVolumeClaim } from '#src/domain/kubernetes/storage.ts'
import type { Remedy } from '#src/domain/action.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { claimUsers } from '#src/rules/kit/references.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { formatDuration } from '#src/util/time.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { escalate, restartRollout } from '#src/rules/kit/actions.ts'

export const resizeMechanisms = {
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

/** A bound claim that asks for more than its volume has, and whose growth has failed or does not come to an end. */
export function pendingResize(view: ClusterView, claim: PersistentVolumeClaim): FindingDraft[] {
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

interface Stall {
  failed: boolean
  says: string
  ask: string
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
