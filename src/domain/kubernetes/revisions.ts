import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { KubernetesObject, Pod, PodTemplate } from './objects.ts'
import type { ControllerRevision, ReplicaSet } from './workloads.ts'

/** One remembered template of a workload. */
export interface Revision {
  /** The number that `rollout undo --to-revision` takes. */
  revision: number
  created_at?: string
  template: PodTemplate
  /** Pods of this revision that are ready now. */
  ready_replicas: number
  /** True for the revision that the workload wants now. */
  current: boolean
  /** The ReplicaSet or ControllerRevision that remembers it. */
  source: ResourceRef
}

/** One field that differs between two templates: `containers[api].env[DB_HOST].value`. An absent side means that the field is not there. */
export interface TemplateChange {
  path: string
  before?: string
  after?: string
}

const revisionAnnotation = 'deployment.kubernetes.io/revision'

/**
 * The remembered templates of a Deployment, StatefulSet or DaemonSet, newest first; empty where the snapshot holds none. An undo
 * makes an old template the newest revision, so the order is that of the revision numbers, never that of creation times.
 */
export function revisionsOf(view: ClusterView, workload: ResourceRef): Revision[] {
  const object = view.find(workload)
  if (!object) return []
  const revisions =
    workload.kind === 'Deployment' ? deploymentRevisions(view, object) : controllerRevisions(view, object)
  return revisions.toSorted((left, right) => right.revision - left.revision)
}

/** What differs between two templates, field by field, in the order of the newer one; marks of the controllers themselves are left out. */
export function templateChanges(before: PodTemplate, after: PodTemplate): TemplateChange[] {
  const old = leavesOf(before)
  const next = leavesOf(after)
  const paths = [...new Set([...next.keys(), ...old.keys()])]
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), next.get(path)]
    if (was === is) return []
    return [{ path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }]
  })
}

function deploymentRevisions(view: ClusterView, deployment: KubernetesObject): Revision[] {
  const sets = view.childrenOf(deployment).filter((child): child is ReplicaSet => child.kind === 'ReplicaSet')
  const numbered = sets.flatMap((set) => {
    const revision = Number(set.metadata.annotations?.[revisionAnnotation])
    return Number.isInteger(revision) && set.spec.template ? [{ set, revision, template: set.spec.template }] : []
  })
  const wanted = Number(deployment.metadata.annotations?.[revisionAnnotation])
  const current = Number.isInteger(wanted) ? wanted : Math.max(...numbered.map((entry) => entry.revision))
  return numbered.map(({ set, revision, template }) => ({
    revision,
    created_at: set.metadata.creationTimestamp,
    template,
    ready_replicas: set.status?.readyReplicas ?? 0,
    current: revision === current,
    source: refTo(set),
  }))
}

function controllerRevisions(view: ClusterView, owner: KubernetesObject): Revision[] {
  const remembered = view
    .childrenOf(owner)
    .filter((child): child is ControllerRevision => child.kind === 'ControllerRevision')
  const pods = view.podsOf(owner)
  const updateRevision = (owner as { status?: { updateRevision?: string } }).status?.updateRevision
  const newest = Math.max(...remembered.map((entry) => entry.revision ?? 0))
  return remembered.flatMap((entry) => {
    const template = entry.data?.spec?.template
    if (!template || entry.revision === undefined) return []
    return {
      revision: entry.revision,
      created_at: entry.metadata.creationTimestamp,
      template,
      ready_replicas: pods.filter((pod) => isReady(pod) && isOfRevision(pod, entry, owner)).length,
      current: updateRevision ? entry.metadata.name === updateRevision : entry.revision === newest,
      source: refTo(entry),
    }
  })
}

function refTo(object: KubernetesObject): ResourceRef {
  return { kind: object.kind, namespace: object.metadata.namespace, name: object.metadata.name }
}

function isReady(pod: Pod): boolean {
  return (pod.status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
}

/** Stateful sets label their pods with the revision's whole name, daemon sets with its hash alone. */
function isOfRevision(pod: Pod, revision: ControllerRevision, owner: KubernetesObject): boolean {
  const label = pod.metadata.labels?.['controller-revision-hash']
  return label === revision.metadata.name || `${owner.metadata.name}-${label}` === revision.metadata.name
}

/** Written by controllers or by a restart: no change of what runs. */
const ownMarks = new Set([
  'labels.pod-template-hash',
  'labels.controller-revision-hash',
  'annotations.kubectl.kubernetes.io/restartedAt',
])

function leavesOf(template: PodTemplate): Map<string, string> {
  const leaves = new Map<string, string>()
  const { labels, annotations } = template.metadata ?? {}
  collectLeaves(leaves, '', { labels, annotations })
  collectLeaves(leaves, '', template.spec)
  for (const mark of ownMarks) leaves.delete(mark)
  return leaves
}

function collectLeaves(leaves: Map<string, string>, path: string, value: unknown): void {
  if (value === undefined || value === null) return
  if (Array.isArray(value)) return collectList(leaves, path, value)
  if (typeof value !== 'object') return void leaves.set(path, typeof value === 'string' ? value : JSON.stringify(value))
  const entries = Object.entries(value).filter(([key]) => !key.startsWith('$'))
  if (entries.length === 0 && path !== '') leaves.set(path, '{}')
  for (const [key, child] of entries) collectLeaves(leaves, path === '' ? key : `${path}.${key}`, child)
}

/** Lists of named things are compared by name, so that an insertion is one change; all others as one value. */
function collectList(leaves: Map<string, string>, path: string, list: unknown[]): void {
  const named = list.map((item) => ({ item, name: nameOf(item) }))
  if (list.length === 0 || named.some((entry) => entry.name === undefined))
    return void leaves.set(path, JSON.stringify(list))
  for (const { item, name } of named) {
    const { name: _, ...rest } = item as Record<string, unknown>
    const isBareVariable = Object.keys(rest).length === 0 && /\benv$/.test(path)
    collectLeaves(leaves, `${path}[${name}]`, isBareVariable ? { value: '' } : rest)
  }
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { name, containerPort, mountPath, protocol } = item as Record<string, unknown>
  // Mounts of one volume share its name, and ports may lack one.
  if (typeof mountPath === 'string') return mountPath
  if (typeof containerPort === 'number') return `${containerPort}/${typeof protocol === 'string' ? protocol : 'TCP'}`
  return typeof name === 'string' ? name : undefined
}
