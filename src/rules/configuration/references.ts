import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Pod, PodTemplate } from '#src/domain/kubernetes/objects.ts'
import type { Deployment, Job } from '#src/domain/kubernetes/workloads.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { type MissingReference, missingReferences } from './missing-references.ts'
import { livingPods } from '#src/rules/kit/pods.ts'
import { referenceRemedies } from './reference-remedies.ts'
import { defineRule } from '#src/rules/rule.ts'

/** Names in pod templates that lead nowhere, where a pod is kept from starting, or from being made, by it. */
export const references = defineRule({
  name: 'references',
  finds: {
    missing_configmap: {
      title: 'a ConfigMap that is referred to does not exist',
      category: 'config',
      role: 'cause',
      layer: 'config',
      detected:
        'A pod is held back, and its template refers to a ConfigMap that is proved absent or that the kubelet does not find.',
      from: [
        '.spec.containers[].env, envFrom and .spec.volumes',
        'the list of ConfigMaps',
        'waiting message and events: `configmap "..." not found`',
      ],
      suggests: ['rollback', 'set_env', 'custom_instruction', 'escalate'],
      limits:
        'Optional references count as none. Where the list may not be read and the kubelet says nothing, absence is not claimed. The content is asked for.',
    },
    missing_secret: {
      title: 'a Secret that is referred to does not exist',
      category: 'config',
      role: 'cause',
      layer: 'config',
      detected:
        'A pod is held back, and its template refers to a Secret that is proved absent or that the kubelet does not find.',
      from: [
        '.spec.containers[].env, envFrom and .spec.volumes',
        'the list of Secrets (names and key names)',
        'waiting message and events: `secret "..." not found`',
      ],
      suggests: ['rollback', 'set_env', 'custom_instruction', 'escalate'],
      limits:
        'Optional references count as none. Where the list may not be read and the kubelet says nothing, absence is not claimed. The content is asked for, never shown.',
    },
    missing_configmap_key: {
      title: 'a ConfigMap lacks a key that is referred to',
      category: 'config',
      role: 'cause',
      layer: 'config',
      detected: 'A pod is held back, and the ConfigMap that it refers to exists without the key that is wanted.',
      from: [
        '.spec.containers[].env[].valueFrom.configMapKeyRef and .spec.volumes[].configMap.items',
        'ConfigMap `.data` and `.binaryData`',
        "waiting message and events: `couldn't find key`, `references non-existent config key`",
      ],
      suggests: ['rollback', 'set_env', 'custom_instruction', 'patch_configmap'],
      limits: 'A near key is taken for the one that was meant; otherwise the content is asked for.',
    },
    missing_secret_key: {
      title: 'a Secret lacks a key that is referred to',
      category: 'config',
      role: 'cause',
      layer: 'config',
      detected: 'A pod is held back, and the Secret that it refers to exists without the key that is wanted.',
      from: [
        '.spec.containers[].env[].valueFrom.secretKeyRef and .spec.volumes[].secret.items',
        'Secret key names',
        "waiting message and events: `couldn't find key`, `references non-existent secret key`",
      ],
      suggests: ['rollback', 'set_env', 'custom_instruction'],
      limits: 'A near key is taken for the one that was meant; otherwise the value is asked for, never shown.',
    },
    missing_service_account: {
      title: 'the service account of a pod template does not exist',
      category: 'access',
      role: 'cause',
      layer: 'config',
      detected: 'A workload has no pods, and its template names a service account that is proved absent or not found.',
      from: [
        '.spec.template.spec.serviceAccountName',
        'the list of ServiceAccounts',
        'event `FailedCreate`: `serviceaccount "..." not found`',
      ],
      suggests: ['rollback', 'custom_instruction', 'escalate'],
      limits: 'Which permissions the account needs is not known.',
    },
    missing_pvc: {
      title: 'a volume claim that is referred to does not exist',
      category: 'storage',
      role: 'cause',
      layer: 'config',
      detected: 'A pod is held back, and the claim that it mounts is proved absent or not found.',
      from: [
        '.spec.volumes[].persistentVolumeClaim.claimName',
        'the list of claims',
        'event: `persistentvolumeclaim "..." not found`',
      ],
      suggests: ['rollback', 'custom_instruction', 'escalate'],
      limits: 'Size, class and access mode of the claim are asked for.',
    },
    missing_priority_class: {
      title: 'the priority class of a pod template does not exist',
      category: 'scheduling',
      role: 'cause',
      layer: 'config',
      detected: 'A workload has no pods, and its template names a priority class that is proved absent or not found.',
      from: ['.spec.template.spec.priorityClassName', 'the list of PriorityClasses', 'event `FailedCreate`'],
      suggests: ['rollback', 'custom_instruction', 'escalate'],
      limits: 'Which class was meant is not known.',
    },
  },
  find,
})

function find(view: ClusterView): FindingDraft[] {
  return [...stuckWorkloads(view).values()].flatMap(({ workload, pods, probe }) => {
    const missing = missingReferences(view, probe).filter(({ reference }) => keepsBack(pods, reference.use))
    const byObject = Map.groupBy(
      missing,
      ({ reference, keys }) => `${reference.kind}/${reference.name}/${keys ? reference.key : ''}`,
    )
    return [...byObject.values()].map((group) => findMissing(view, workload, pods, group))
  })
}

interface Stuck {
  workload: ResourceRef
  /** Pods that do not start; empty where none can be made. */
  pods: Pod[]
  /** The pod, or one made up from the template, whose references are looked at. */
  probe: Pod
}

function stuckWorkloads(view: ClusterView): Map<string, Stuck> {
  const stuck = new Map<string, Stuck>()
  for (const pod of livingPods(view).filter(isHeldBack)) {
    const workload = view.workloadOf(pod)
    const known = stuck.get(refKey(workload))
    if (known) known.pods.push(pod)
    else stuck.set(refKey(workload), { workload, pods: [pod], probe: pod })
  }
  for (const { workload, probe } of podless(view)) {
    if (!stuck.has(refKey(workload))) stuck.set(refKey(workload), { workload, pods: [], probe })
  }
  return stuck
}

const heldReasons = new Set([
  'ContainerCreating',
  'PodInitializing',
  'CreateContainerConfigError',
  'CreateContainerError',
])

/** Not scheduled, or some container not made. */
function isHeldBack(pod: Pod): boolean {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  if (pod.status?.phase === 'Pending' && statuses.length === 0) return true
  return statuses.some((status) => heldReasons.has(status.state?.waiting?.reason ?? ''))
}

/** Workloads that want pods and have fewer: a template whose pods are refused leaves no pod to look at. */
function podless(view: ClusterView): { workload: ResourceRef; probe: Pod }[] {
  const replicated = [...view.list('Deployment'), ...view.list('StatefulSet')].filter(
    (object) => view.podsOf(object).length < (object.spec.replicas ?? 1),
  )
  const daemons = view
    .list('DaemonSet')
    .filter((object) => view.podsOf(object).length < (object.status?.desiredNumberScheduled ?? 0))
  const jobs = view.list('Job').filter((job) => isIdle(job) && view.podsOf(job).length === 0)
  return [...replicated, ...daemons, ...jobs].map((object) => ({
    workload: view.workloadOf(object),
    probe: imaginedPod(object, object.spec.template),
  }))
}

function isIdle(job: Job): boolean {
  return !job.spec.suspend && !(job.status?.conditions ?? []).some(({ status }) => status === 'True')
}

function imaginedPod(owner: Pick<Deployment, 'metadata'> & { kind: string }, template: PodTemplate): Pod {
  return { apiVersion: 'v1', kind: owner.kind as 'Pod', metadata: owner.metadata, spec: template.spec }
}

/** A pod that exists was admitted with its account and class; one that does not exist cannot wait for a volume yet. */
function keepsBack(pods: Pod[], use: MissingReference['reference']['use']): boolean {
  return pods.length === 0 ? use === 'identity' || use === 'priority' : use !== 'identity' && use !== 'priority'
}

const mechanismOf = {
  ConfigMap: ['missing_configmap', 'missing_configmap_key'],
  Secret: ['missing_secret', 'missing_secret_key'],
  PersistentVolumeClaim: ['missing_pvc', 'missing_pvc'],
  ServiceAccount: ['missing_service_account', 'missing_service_account'],
  PriorityClass: ['missing_priority_class', 'missing_priority_class'],
} as const satisfies Record<string, [Mechanism, Mechanism]>

function findMissing(view: ClusterView, workload: ResourceRef, pods: Pod[], missing: MissingReference[]): FindingDraft {
  const [{ reference, keys }] = missing as [MissingReference]
  const mechanism = mechanismOf[reference.kind][keys === undefined ? 0 : 1]
  const containers = new Set(missing.flatMap((each) => each.reference.container ?? []))
  // What has to change is the map that lacks the key; of a Secret nobody here may see more than names, so its reader is shown.
  const resource =
    mechanism === 'missing_configmap_key'
      ? { kind: 'ConfigMap', namespace: workload.namespace, name: reference.name }
      : workload
  return draftFinding({
    mechanism,
    resource,
    ...(containers.size === 1 && resource === workload ? { container: [...containers][0] } : {}),
    severity: severityOf(view, workload),
    confidence: 0.95,
    confidence_reason: 'its absence is proved, or reported by the kubelet in its own words',
    statement: state(workload, missing),
    evidence: missing.slice(0, 3).map(({ evidence }) => evidence),
    affects: [...(resource === workload ? [] : [workload]), ...pods.map(refOf)],
    remedies: referenceRemedies(view, workload, missing),
  })
}

function state(workload: ResourceRef, missing: MissingReference[]): string {
  const [{ reference, keys }] = missing as [MissingReference]
  const { kind, name, key } = reference
  const who = `${workload.kind} ${workload.name}`
  const via = [...new Set(missing.map((each) => each.reference.via))].slice(0, 2).join(', ')
  if (keys !== undefined) {
    const has = keys.length > 0 ? `; its keys are ${keys.slice(0, 8).join(', ')}` : ''
    return `${who} needs key "${key}" of ${kind} ${name} (${via}), but ${kind} ${name} has no such key (not found)${has}.`
  }
  if (kind === 'ServiceAccount')
    return `${who} names serviceaccount "${name}", which is not found in namespace ${workload.namespace}, so its pods cannot be created (ServiceAccount does not exist).`
  if (kind === 'PriorityClass')
    return `${who} names priorityClassName "${name}", but no PriorityClass of that name is found in the cluster, so its pods are refused.`
  const needed = missing.flatMap((each) => each.reference.key ?? [])
  const withKeys = needed.length > 0 ? `, key ${[...new Set(needed)].slice(0, 4).join(', ')}` : ''
  return `${kind} ${name} is not found in namespace ${workload.namespace}, but ${who} needs it (${via}${withKeys}), so its containers cannot start.`
}
