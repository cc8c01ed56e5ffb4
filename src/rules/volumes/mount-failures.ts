import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { VolumeAttachment } from '#src/domain/kubernetes/storage.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Declarations } from '#src/rules/kit/mechanisms.ts'
import { escalate, instruct } from '#src/rules/kit/actions.ts'

export const mountMechanisms = {
  volume_attach_failed: {
    title: 'a volume cannot be attached to the node',
    category: 'storage',
    role: 'cause',
    layer: 'environment',
    detected: 'A pod has a node and has not started, and a volume cannot be attached.',
    from: ['event `FailedAttachVolume`', 'pods that mount the same claim, and their nodes'],
    suggests: ['custom_instruction', 'escalate'],
    limits:
      'The workload is the root where an older pod of its own holds the volume, else the claim. A volume held by a lost node blames that node.',
  },
  volume_mount_failed: {
    title: 'a volume cannot be mounted',
    category: 'storage',
    role: 'cause',
    layer: 'container',
    detected: 'A pod has a node and has not started, and a volume cannot be mounted or mapped.',
    from: ['events `FailedMount`, `FailedMapVolume`', '.spec.volumes'],
    suggests: ['escalate'],
    limits:
      'A missing ConfigMap, Secret or key has a finding of its own. Where only a timeout is reported, the reason is not known.',
  },
} as const satisfies Declarations

/** Told by the rules about references, which know the missing name. */
const missingReference = /(configmap|secret)s? "[^"]+" not found|non-existent (config|secret) key|not registered/i

const vague = /timed out waiting|unmounted volumes=|context deadline exceeded/i

const shownPods = 3

interface Failure {
  pod: Pod
  event: ClusterEvent
  resource: ResourceRef
}

/** Pods that have a node and cannot start for a volume that cannot be attached or mounted; one finding per claim or workload. */
export function mountFailures(view: ClusterView): FindingDraft[] {
  const failures = view.list('Pod').flatMap((pod): Failure[] => {
    if (!waitsForVolumes(pod)) return []
    const events = view.eventsOf(pod).filter((event) => /^Failed(Mount|AttachVolume|MapVolume)$/.test(event.reason))
    if (events.some((event) => missingReference.test(event.message))) return []
    const event = events.find((each) => !vague.test(each.message)) ?? events[0]
    return event ? [{ pod, event, resource: claimOf(pod, event.message) ?? view.workloadOf(pod) }] : []
  })
  const groups = Map.groupBy(failures, ({ resource, event }) => `${refKey(resource)}/${event.reason}`)
  return [...groups.values()].flatMap((group) => describe(view, group))
}

function waitsForVolumes(pod: Pod): boolean {
  if (!pod.spec.nodeName || pod.metadata.deletionTimestamp || pod.status?.phase !== 'Pending') return false
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]
  return statuses.every((status) => !status.state?.running && !status.state?.terminated)
}

/** The claim behind the volume that the message names by its name in the pod, or the pod's only claim. */
function claimOf(pod: Pod, message: string): ResourceRef | undefined {
  const claims = (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = volume.persistentVolumeClaim?.claimName
    return name ? [{ volume: volume.name, name }] : []
  })
  const named = claims.find(({ volume }) => message.includes(`"${volume}"`))
  const other = (pod.spec.volumes ?? []).some((volume) => message.includes(`"${volume.name}"`))
  const claim = named ?? (!other && claims.length === 1 ? claims[0] : undefined)
  return claim && { kind: 'PersistentVolumeClaim', namespace: pod.metadata.namespace, name: claim.name }
}

function describe(view: ClusterView, group: Failure[]): FindingDraft[] {
  const [first] = group
  if (!first) return []
  const { event, resource } = first
  const workload = view.workloadOf(first.pod)
  const shared = /multi-attach/i.test(event.message)
  const holder = event.reason === 'FailedAttachVolume' ? describeHolder(view, resource) : undefined
  const elsewhere = holder ? `${holder.words} (Multi-Attach` : 'it is attached to another node (Multi-Attach'
  const what = shared ? `fails, because ${elsewhere}: ReadWriteOnce)` : `fails${holder ? `; ${holder.words}` : ''}`
  const driver = driverMissing(view, first)
  const which = resource.kind === 'PersistentVolumeClaim' ? `the volume of claim ${resource.name}` : 'a volume'
  const verb = event.reason === 'FailedAttachVolume' ? 'Attaching' : 'Mounting'
  return [
    draftFinding({
      mechanism: event.reason === 'FailedAttachVolume' ? 'volume_attach_failed' : 'volume_mount_failed',
      // Its own older pod holds the volume: then the way in which it is rolled out has to change, not the claim.
      resource: shared && isHeldByOwn(view, group, workload) ? workload : resource,
      severity: severityOf(view, workload),
      confidence: 0.85,
      confidence_reason:
        'the pod has a node, has not started, and the kubelet or the attach controller reports the volume',
      statement: `${verb} ${which} for ${workload.kind} ${workload.name} ${what}${driver ? `: ${driver}` : ''}: ${event.message}`,
      evidence: [
        ...group.slice(0, shownPods).map((failure) => eventEvidence(failure.event)),
        ...(holder ? [holder.evidence] : []),
      ],
      affects: [workload, ...group.map(({ pod }) => refOf(pod))],
      blames: sickHolders(view, resource),
      remedies: shared
        ? [
            instruct(
              workload,
              'patch_strategy',
              `The volume can be on one node at a time: let ${workload.kind} ${workload.name} run one replica with strategy Recreate, or use a volume with ReadWriteMany. If the old pod sits on a dead node, confirm that the node is off before its pod is removed.`,
              { reason: 'two pods on different nodes want the same ReadWriteOnce volume' },
            ),
          ]
        : [
            escalate(
              view,
              resource,
              `Why can the volume not be mounted on node ${first.pod.spec.nodeName}? ${event.message.slice(0, 200)}`,
              'the volume, its driver or its server is not in the hands of the workload',
              'the platform team',
            ),
          ],
      since: event.first_seen,
    }),
  ]
}

function isHeldByOwn(view: ClusterView, [first]: Failure[], workload: ResourceRef): boolean {
  const object = view.find(workload)
  const others = object && first ? view.podsOf(object).filter((pod) => pod !== first.pod) : []
  const named = others.filter((pod) => first?.event.message.includes(pod.metadata.name))
  const holders = named.length > 0 ? named : others
  return holders.some((pod) => pod.spec.nodeName !== first?.pod.spec.nodeName && isPodReady(pod))
}

/** The kubelet knows no driver of that name; the node's own list tells which ones it knows. */
function driverMissing(view: ClusterView, { event, pod }: Failure): string | undefined {
  const [, driver] = /driver name (\S+) not found in the list of registered CSI drivers/.exec(event.message) ?? []
  if (!driver) return undefined
  const node = pod.spec.nodeName ?? ''
  const known = view.get('CSINode', undefined, node)?.spec?.drivers?.map(({ name }) => name)
  const has = known === undefined ? '' : ` (registered there: ${known.join(', ') || 'none'})`
  return `the CSI driver ${driver} does not run on node ${node}${has}`
}

/** A node that is lost keeps the volumes of its pods attached: then the node has to be repaired. */
function sickHolders(view: ClusterView, claim: ResourceRef): Blame[] {
  const users = view
    .list('Pod')
    .filter(
      (pod) =>
        pod.metadata.namespace === claim.namespace &&
        (pod.spec.volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === claim.name),
    )
  const holders = new Set(users.map((pod) => pod.spec.nodeName))
  return view
    .list('Node')
    .filter((node) => holders.has(node.metadata.name) && conditionOf(node, 'Ready')?.status !== 'True')
    .map((node) => ({
      resource: refOf(node),
      because: `node ${node.metadata.name} is not ready and still holds the volume`,
    }))
}

/** Where the volume of a claim is attached, as the attach controller has it; undefined where that is not known. */
function describeHolder(
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
  const reported = `VolumeAttachment of PersistentVolume ${volume}: attached to node ${node}${problem}`
  return { node, words, evidence: objectEvidence(view.snapshot, attachment, '.status', reported) }
}

function problemOf({ status }: VolumeAttachment): string {
  const message = status?.detachError?.message
  return message ? `, and detaching fails: ${message.slice(0, 80)}` : ''
}
