import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Gap } from '#src/domain/gap.ts'
import { isClusterScoped } from '#src/domain/kubernetes/cluster-scoped.ts'
import { isObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/**
 * What was asked about and cannot be judged: its namespace or itself is proved absent (and it is not a pod of a workload that
 * replaced it), or nobody reads objects of its kind. Undefined where it can be judged, or where the picture cannot tell.
 */
export function missingResource(
  view: ClusterView,
  incident: { resource: ResourceRef; namespace?: string; reason?: string },
): Gap | undefined {
  const { kind, namespace, name } = incident.resource
  const scope = isClusterScoped(kind) ? undefined : (namespace ?? incident.namespace)
  if (scope !== undefined && view.existence('Namespace', undefined, scope) === 'absent') {
    return { what: `Namespace ${scope}`, why: 'it does not exist', needs: 'the name of an existing namespace' }
  }
  const what = `${kind} ${name}${scope === undefined ? '' : ` in namespace ${scope}`}`
  if (!isObservedKind(kind) && kind !== 'Endpoints') {
    return { what, why: 'objects of this kind are not read', needs: `a look at ${kind} ${name} itself` }
  }
  // Endpoints are seen through their slices.
  const absent = kind !== 'Endpoints' && view.existence(kind, scope, name) === 'absent'
  if (!absent || isGone(incident) || wasReplaced(view, incident.resource, scope)) return undefined
  return { what, why: 'it does not exist', needs: 'the name of an existing object' }
}

/** An event tells of a pod that existed then: that it is gone by now is no slip of a name. */
function isGone({ resource, reason }: { resource: ResourceRef; reason?: string }): boolean {
  return resource.kind === 'Pod' && reason !== undefined && reason !== ''
}

/** Pods, replica sets and jobs come and go: a name below a living workload, or one that events still speak of, was real. */
function wasReplaced(view: ClusterView, { kind, name }: ResourceRef, namespace: string | undefined): boolean {
  if (!['Pod', 'ReplicaSet', 'Job'].includes(kind)) return false
  if (view.eventsAbout({ kind, namespace, name }).length > 0) return true
  const owners = (['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'] as const).flatMap(
    (owner) => view.list(owner),
  )
  return owners.some((owner) => owner.metadata.namespace === namespace && name.startsWith(`${owner.metadata.name}-`))
}
