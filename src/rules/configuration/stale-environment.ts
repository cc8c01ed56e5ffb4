import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import { type PodReference, podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { groupFinding, nameGroup } from '#src/rules/kit/findings.ts'
import { type ContainerGroup, containerGroups, type ContainerInstance } from '#src/rules/kit/pods.ts'
import { isUnstable } from '#src/rules/kit/exits.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct, restartRollout } from '#src/rules/kit/actions.ts'

const rolledOut = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/**
 * Containers that are up and not ready with variables from before their ConfigMap or Secret was changed: variables are read once, at
 * the start. Reported only where the snapshot proves the order; what was changed in it is not known.
 */
export const staleEnvironment = defineRule({
  name: 'stale-environment',
  finds: {
    env_stale: {
      title: 'a pod runs with values from before its ConfigMap or Secret was changed',
      category: 'config',
      role: 'cause',
      layer: 'environment',
      explains: {
        authentication_failed: 'the pod still uses the credentials from before the change',
        tls_failure: 'the pod still uses the certificate from before the change',
        service_missing: 'the pod still uses the address from before the change',
      },
      detected:
        'A running container is not ready after a minute or keeps exiting, and a ConfigMap or Secret that gives it variables was recreated or changed after its start.',
      from: [
        '.status.containerStatuses[].state.running.startedAt',
        '.metadata.creationTimestamp and .metadata.resourceVersion of the ConfigMap or Secret, and of the pod',
        '.spec.containers[].env and .spec.containers[].envFrom',
      ],
      suggests: ['restart_rollout', 'custom_instruction'],
      limits:
        'What was changed, and whether the program needs it, is not known. A change before the pod itself was last written does not show.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return containerGroups(view).flatMap((group) => {
    const stale = group.instances.flatMap((instance): Stale[] => {
      const found =
        isUnstable(view, instance) && instance.status?.state?.running ? changeAfter(view, instance) : undefined
      return found ? [{ ...instance, ...found }] : []
    })
    const [first] = stale
    return first ? [describe(view, group, stale, first)] : []
  })
}

interface Change {
  object: KubernetesObject
  reference: PodReference
  when: string
  confidence: number
}
type Stale = ContainerInstance & Change

function changeAfter(view: ClusterView, { pod, spec, status }: ContainerInstance): Change | undefined {
  const started = status?.state?.running?.startedAt ?? ''
  const references = podReferences(pod.spec).filter(
    ({ use, container }) => (use === 'env' || use === 'envFrom') && container === spec.name,
  )
  for (const reference of references) {
    const object = view.find({ kind: reference.kind, namespace: pod.metadata.namespace, name: reference.name })
    const change = object && orderOf(object, pod, started)
    if (object && change) return { object, reference, ...change }
  }
  return undefined
}

/** Made anew after the start; or written after the pod's own last write, which is never before the start of a running container. */
function orderOf(
  object: KubernetesObject,
  pod: Pod,
  started: string,
): { when: string; confidence: number } | undefined {
  const { creationTimestamp = '', resourceVersion: changed = '' } = object.metadata
  if (Date.parse(creationTimestamp) > Date.parse(started))
    return { when: `was made anew at ${creationTimestamp.slice(11, 19)} UTC`, confidence: 0.8 }
  const { resourceVersion: seen = '' } = pod.metadata
  const isNumber = /^\d+$/.test(changed) && /^\d+$/.test(seen)
  if (!isNumber || BigInt(changed) <= BigInt(seen)) return undefined
  return { when: `was changed since (resourceVersion ${changed}, the pod's is ${seen})`, confidence: 0.65 }
}

function describe(view: ClusterView, group: ContainerGroup, stale: Stale[], first: Stale): FindingDraft {
  const { object, reference, when } = first
  const started = first.status?.state?.running?.startedAt?.slice(11, 19) ?? ''
  const which = `${object.kind} ${object.metadata.name}`
  return groupFinding(
    view,
    group,
    stale,
    ({ pod, spec }) => [
      objectEvidence(
        view.snapshot,
        pod,
        '.status.containerStatuses',
        `container ${spec.name} has been up since ${started} UTC`,
      ),
    ],
    {
      mechanism: 'env_stale',
      confidence: first.confidence,
      confidence_reason: 'the order of the changes is proved; whether a value that it needs is among them is not',
      statement: `${nameGroup(group, stale)} has been up since ${started} UTC with the old values of ${which} (${reference.via}), which ${when}; variables are read only at the start, and it is not ready.`,
      evidence: [objectEvidence(view.snapshot, object, '.metadata', `${which} ${when}`)],
      remedies: [renew(group, which)],
    },
  )
}

function renew({ workload }: ContainerGroup, which: string): Remedy {
  const reason = `new pods read ${which} as it is now`
  if (rolledOut.has(workload.kind)) return restartRollout(workload, {}, { reason })
  return instruct(
    workload,
    'start_anew',
    `Start ${workload.kind} ${workload.name} anew, so that it reads ${which} as it is now.`,
    { reason },
  )
}
