import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Deployment, Job } from '#src/domain/kubernetes/workloads.ts'
import type { Pod, PodTemplate, PodSpec } from '#src/domain/kubernetes/objects.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { type MissingReference, missingReferences } from './missing-references.ts'
import { livingPods } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import type { ActionNeed, Remedy } from '#src/domain/action.ts'
import { type PodReference, podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { nearName } from '#src/rules/kit/names.ts'
import { escalate, instruct, patchConfigMap, rollBack, setEnv } from '#src/rules/kit/actions.ts'

interface Creation {
  change: string
  instruction: string
  needs: ActionNeed[]
}

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

/** What to do about references that lead nowhere: the name that was meant, the earlier revision, or the object that somebody has to give. */
function referenceRemedies(view: ClusterView, workload: ResourceRef, missing: MissingReference[]): Remedy[] {
  const [first] = missing
  if (!first) return []
  const undo = rollBack(view, workload, {
    lacksFault: (template) => missing.every(({ reference }) => !refersTo(template.spec, reference)),
  })
  const meant = missing.flatMap((each) => meantName(view, workload, each))
  const rest = first.keys === undefined ? giveObject(view, workload, missing) : giveKey(workload, first)
  // Without ready pods an earlier revision may have had another fault: then the slip is corrected before the change is undone.
  const proved = undo?.proof === 'ready'
  return [...(proved ? [undo.remedy] : []), ...meant, ...(undo && !proved ? [undo.remedy] : []), ...rest]
}

/** A name or key nearby that is there. */
function meantName(view: ClusterView, workload: ResourceRef, { reference, keys }: MissingReference): Remedy[] {
  const { kind, name, key, use, container, field } = reference
  if (kind !== 'Secret' && kind !== 'ConfigMap') return []
  const near = keys === undefined ? nearObject(view, workload, reference) : key && nearName(key, keys)
  if (!near) return []
  const [rightName, rightKey] = keys === undefined ? [near, key] : [name, near]
  const reason =
    keys === undefined
      ? `${kind} ${near} exists, ${name} does not.`
      : `${kind} ${name} has the key ${near}, not ${key}.`
  if (use === 'env' && container !== undefined && field !== undefined && rightKey !== undefined) {
    const valueFrom = { kind, name: rightName, key: rightKey }
    return [setEnv(workload, { container, name: field, valueFrom }, { reason })]
  }
  const where = use === 'volume' ? `volume ${field}` : `envFrom of container ${container}`
  const change = use === 'volume' ? 'patch_volume' : 'patch_env_from'
  const steps =
    keys === undefined
      ? `let ${where} refer to ${kind} ${near} instead of ${name}`
      : `let ${where} take key ${near} of ${kind} ${name} instead of ${key}`
  return [instruct(workload, change, `In ${workload.kind} ${workload.name}, ${steps}.`, { reason })]
}

function nearObject(view: ClusterView, workload: ResourceRef, { kind, name, key }: PodReference): string | undefined {
  const held = (kind === 'Secret' ? view.list('Secret') : view.list('ConfigMap')).filter((object) => {
    const keys = object.kind === 'Secret' ? object.keys : Object.keys(object.data ?? {})
    return object.metadata.namespace === workload.namespace && (key === undefined || keys.includes(key))
  })
  return nearName(
    name,
    held.map((object) => object.metadata.name),
  )
}

function giveKey(workload: ResourceRef, { reference }: MissingReference): Remedy[] {
  const { kind, name, key = '', via } = reference
  const target = { kind, namespace: workload.namespace, name }
  if (kind === 'ConfigMap') {
    const params = { key, add_key: key }
    const needs = [{ param: 'value', ask: `the content of key ${key} of ConfigMap ${name}` }]
    return [
      patchConfigMap(target, params, {
        needs,
        reason: `${via} of ${workload.kind} ${workload.name} needs the key ${key}.`,
      }),
    ]
  }
  return [
    instruct(
      target,
      'patch_secret',
      `Add key ${key} to Secret ${name} in namespace ${workload.namespace}; ${via} of ${workload.kind} ${workload.name} reads it.`,
      {
        reason: `Secret ${name} lacks the key ${key}.`,
        needs: [{ param: 'value', ask: `the value of key ${key} of Secret ${name}` }],
      },
    ),
  ]
}

function giveObject(view: ClusterView, workload: ResourceRef, missing: MissingReference[]): Remedy[] {
  const [{ reference }] = missing as [MissingReference]
  const { kind, name } = reference
  const target = kind === 'PriorityClass' ? { kind, name } : { kind, namespace: workload.namespace, name }
  const reason = `${workload.kind} ${workload.name} needs it (${reference.via}).`
  const place = workload.namespace === undefined ? '' : ` in namespace ${workload.namespace}`
  const { change, instruction, needs } = creationOf(workload, missing, place)
  return [
    instruct(target, change, instruction, { reason, needs }),
    escalate(
      view,
      workload,
      `${kind} ${name} is missing${place}: should it be created, or is another one meant?`,
      reason,
    ),
  ]
}

function creationOf(workload: ResourceRef, missing: MissingReference[], place: string): Creation {
  const [{ reference }] = missing as [MissingReference]
  const { kind, name } = reference
  const who = `${workload.kind} ${workload.name}`
  if (kind === 'ServiceAccount') {
    const instruction = `Create ServiceAccount ${name}${place}, with the role bindings that it needs and no more.`
    return { change: 'create_serviceaccount', instruction, needs: [] }
  }
  if (kind === 'PriorityClass') {
    const instruction = `Create PriorityClass ${name}, or name an existing one in ${who}.`
    return { change: 'create_priorityclass', instruction, needs: [] }
  }
  if (kind === 'PersistentVolumeClaim') {
    const instruction = `Create PersistentVolumeClaim ${name}${place} with the size, class and access mode that ${who} needs.`
    return {
      change: 'create_pvc',
      instruction,
      needs: [{ param: 'size', ask: `size and storage class of claim ${name}` }],
    }
  }
  const keys = [...new Set(missing.flatMap((each) => each.reference.key ?? []))]
  const tls =
    kind === 'Secret' && (keys.includes('tls.crt') || /\btls\b|cert/i.test(`${name} ${reference.field ?? ''}`))
  const type = tls ? ' of type kubernetes.io/tls with tls.crt and tls.key' : ''
  const withKeys = keys.length > 0 ? ` with the key${keys.length > 1 ? 's' : ''} ${keys.join(', ')}` : type
  const ask = tls ? `the certificate and key for ${workload.name}` : `the content of ${kind} ${name}`
  return {
    change: kind === 'Secret' ? 'create_secret' : 'create_configmap',
    instruction: `Create ${kind} ${name}${withKeys}${place}; ${who} refers to it (${reference.via}).`,
    needs: [{ param: 'content', ask }],
  }
}

/** Does a pod spec hold this reference? Asked of earlier revisions. */
function refersTo(spec: PodSpec, wanted: PodReference): boolean {
  return podReferences(spec).some(
    (reference) => reference.kind === wanted.kind && reference.name === wanted.name && reference.key === wanted.key,
  )
}
