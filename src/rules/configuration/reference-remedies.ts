import type { ActionNeed, Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { type PodReference, podReferences } from '#src/domain/kubernetes/pod-references.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { MissingReference } from './missing-references.ts'
import { nearName } from '#src/rules/kit/names.ts'
import type { PodSpec } from '#src/domain/kubernetes/objects.ts'
import { escalate, instruct, patchConfigMap, rollBack, setEnv } from '#src/rules/kit/actions.ts'

/** What to do about references that lead nowhere: the name that was meant, the earlier revision, or the object that somebody has to give. */
export function referenceRemedies(view: ClusterView, workload: ResourceRef, missing: MissingReference[]): Remedy[] {
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

interface Creation {
  change: string
  instruction: string
  needs: ActionNeed[]
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
