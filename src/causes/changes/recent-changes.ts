import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { revisionsOf, templateChanges } from '#src/domain/kubernetes/revisions.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** Fields of an object that a manager wrote, not later than `time`. */
export interface RecentChange {
  object: KubernetesObject
  manager: string
  operation: string
  time: string
  /** Milliseconds before the picture. */
  age: number
  /** Those that are known to have changed; where no earlier revision tells, all that the manager writes. */
  paths: string[]
  /** True where an earlier revision shows that just these fields changed. */
  proven: boolean
}

const window = 60 * 60_000
/** An object's first write is no change of it. */
const birth = 2_000

/** What was changed within the last hour of a workload and of the ConfigMaps that it uses, newest first; status and creation left out. */
export function recentChanges(view: ClusterView, ref: ResourceRef): RecentChange[] {
  const object = view.find(ref)
  if (!object) return []
  const template = view.templateOf(ref)
  const maps = (template ? podReferences(template.spec) : []).flatMap(({ kind, name }) => {
    const map = kind === 'ConfigMap' ? view.get('ConfigMap', ref.namespace, name) : undefined
    return map ? [map] : []
  })
  return [object, ...new Set(maps)]
    .flatMap((each) => changesOf(view, each))
    .toSorted((left, right) => left.age - right.age)
}

function changesOf(view: ClusterView, object: KubernetesObject): RecentChange[] {
  const { fieldOwners = [], creationTimestamp = '' } = object.metadata
  return fieldOwners.flatMap(({ manager, operation, subresource, time, paths }) => {
    const age = view.ageOf(time)
    if (time === undefined || age === undefined || age > window || subresource === 'status') return []
    if (Math.abs(Date.parse(time) - Date.parse(creationTimestamp)) < birth) return []
    const changed = changedPaths(view, object, time)
    const known = changed ? paths.filter((path) => changed.some((part) => belongs(path, part))) : paths
    const proven = changed !== undefined && known.length > 0
    return [{ object, manager, operation, time, age, paths: proven ? known : paths, proven }]
  })
}

/** What the newest revision changed, where it came about with this write. */
function changedPaths(view: ClusterView, object: KubernetesObject, time: string): string[] | undefined {
  const revisions = revisionsOf(view, refOf(object))
  const at = revisions.findIndex(({ current }) => current)
  const [current, before] = [revisions[at], revisions[at + 1]]
  const made = Math.abs(Date.parse(current?.created_at ?? '') - Date.parse(time))
  if (!current || !before || !(made < 60_000)) return undefined
  return templateChanges(before.template, current.template).map(({ path }) => path)
}

/** `spec.template.spec.containers[web].image` is what a template calls `containers[web].image`; a list may be told as a whole. */
function belongs(path: string, changed: string): boolean {
  const short = path.replace(/^spec\.(?:jobTemplate\.spec\.)?template\.(?:spec|metadata)\./, '')
  const whole = changed.replace(/\.value$/, '')
  return short.startsWith(whole) || changed.startsWith(short)
}
