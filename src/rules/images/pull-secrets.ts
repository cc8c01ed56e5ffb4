import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { groupFinding } from '#src/rules/kit/findings.ts'
import { classifyPull, isPullReason } from './image-failure.ts'
import { parseImage } from '#src/rules/kit/containers.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance } from '#src/rules/kit/pods.ts'
import { messagesOf } from '#src/rules/kit/messages.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct } from '#src/rules/kit/actions.ts'

/** Faults that credentials have nothing to do with. */
const otherFaults = new Set([
  'registry_unreachable',
  'image_name_invalid',
  'image_never_pull',
  'image_platform_mismatch',
])

/** Pull secrets that are named and do not exist, where a pull fails for lack of them. */
export const pullSecrets = defineRule({
  name: 'pull-secrets',
  finds: {
    missing_pull_secret: {
      title: 'an imagePullSecret that is named does not exist',
      category: 'image',
      role: 'cause',
      layer: 'config',
      explains: {
        image_not_found: 'a registry hides a private image from clients without credentials',
      },
      detected: 'A pull fails for lack of credentials, and a pull secret that is named does not exist.',
      from: [
        '.spec.imagePullSecrets of the pod and of its ServiceAccount',
        'the list of Secrets',
        'event `FailedToRetrieveImagePullSecret`',
      ],
      suggests: ['custom_instruction'],
      limits: 'Not said where the pull fails for a reason that credentials have nothing to do with.',
    },
  },
  alsoFinds: ['image_platform_mismatch', 'registry_unreachable', 'image_name_invalid', 'image_never_pull'],
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const failing = group.instances.filter((instance) => isAnonymousPull(view, instance))
    const first = failing[0]
    if (!first) return []
    return missingSecrets(view, first).map(({ name, evidence }) => findMissing(view, group, failing, name, evidence))
  })
}

function isAnonymousPull(view: ClusterView, instance: ContainerInstance): boolean {
  const reason = instance.status?.state?.waiting?.reason
  if (!isPullReason(reason)) return false
  const texts = messagesOf(view, instance).map(({ text }) => text.replaceAll(instance.spec.image ?? '', 'image'))
  return !otherFaults.has(classifyPull(reason, texts).mechanism)
}

/** Proved by the list of secrets, or reported by the kubelet where that list may not be read. */
function missingSecrets(view: ClusterView, { pod }: ContainerInstance): { name: string; evidence: EvidenceDraft }[] {
  const namespace = pod.metadata.namespace
  const account = view.get('ServiceAccount', namespace, pod.spec.serviceAccountName ?? 'default')
  const named = [...(pod.spec.imagePullSecrets ?? []), ...(account?.imagePullSecrets ?? [])].flatMap(
    ({ name }) => name ?? [],
  )
  const reported = view.eventsOf(pod).find((event) => event.reason === 'FailedToRetrieveImagePullSecret')
  const reportedNames = /image pull secrets \(([^)]*)\)/.exec(reported?.message ?? '')?.[1]?.split(/,\s*/) ?? []
  return [...new Set([...named, ...reportedNames])].flatMap((name) => {
    const existence = view.existence('Secret', namespace, name)
    if (existence === 'present' || (existence === 'unseen' && !reportedNames.includes(name))) return []
    const evidence =
      reported && reportedNames.includes(name)
        ? eventEvidence(reported)
        : objectEvidence(
            view.snapshot,
            pod,
            '.spec.imagePullSecrets',
            `imagePullSecrets names ${name}; no such Secret is in namespace ${namespace}`,
          )
    return [{ name, evidence }]
  })
}

function findMissing(
  view: ClusterView,
  group: ContainerGroup,
  failing: ContainerInstance[],
  name: string,
  evidence: EvidenceDraft,
): FindingDraft {
  const { workload } = group
  const image = failing[0]?.spec.image ?? ''
  const { registry } = parseImage(image)
  return groupFinding(view, group, failing, () => [], {
    mechanism: 'missing_pull_secret',
    confidence: 0.95,
    confidence_reason: 'the secret is proved absent, and the registry refuses the pull that needs it',
    statement: `imagePullSecret ${name} of ${workload.kind} ${workload.name} is not found in namespace ${workload.namespace}, so image ${image} is pulled without credentials and registry ${registry} refuses it.`,
    evidence: [evidence],
    remedies: remediesFor(view, workload, name, registry),
  })
}

function remediesFor(view: ClusterView, workload: ResourceRef, name: string, registry: string): Remedy[] {
  const secret = { kind: 'Secret', namespace: workload.namespace, name }
  const create = instruct(
    secret,
    'create_secret',
    `Create Secret ${name} of type kubernetes.io/dockerconfigjson with credentials for ${registry} in namespace ${workload.namespace}; ${workload.kind} ${workload.name} names it under imagePullSecrets already.`,
    {
      reason: `The pull secret ${name} that the pods name does not exist.`,
      needs: [{ param: 'credentials', ask: `credentials for registry ${registry}` }],
    },
  )
  const other = view
    .list('Secret')
    .find((each) => each.metadata.namespace === workload.namespace && each.type === 'kubernetes.io/dockerconfigjson')
  if (!other) return [create]
  return [
    create,
    instruct(
      workload,
      'patch_image_pull_secrets',
      `If Secret ${other.metadata.name} holds credentials for ${registry}, name it under imagePullSecrets of ${workload.kind} ${workload.name} instead of ${name}.`,
      { reason: `Namespace ${workload.namespace} has the pull secret ${other.metadata.name}.` },
    ),
  ]
}
