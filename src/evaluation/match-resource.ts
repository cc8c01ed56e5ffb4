import { isClusterScoped } from '#src/domain/kubernetes/cluster-scoped.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

// The letters that Kubernetes draws generated names from: no vowels, so that `api-cache` is not taken for a pod of `api`.
const hash = '[bcdfghjklmnpqrstvwxz2456789]'
const suffix = `${hash}{5}`

const podNames: Record<string, string> = {
  Deployment: `-${hash}{5,10}-${suffix}`,
  ReplicaSet: `-${suffix}`,
  StatefulSet: String.raw`-\d+`,
  DaemonSet: `-${suffix}`,
  Job: String.raw`(?:-\d+)?-${suffix}`,
  CronJob: String.raw`-\d+(?:-\d+)?-${suffix}`,
}

function isOwnName(owner: string, name: string, pattern: string): boolean {
  return name.startsWith(owner) && new RegExp(`^${pattern}$`).test(name.slice(owner.length))
}

/** True where the named resource is the expected one, or one of its own pods or replica sets. */
export function namesResource(named: ResourceRef, expected: ResourceRef): boolean {
  const sameScope = isClusterScoped(expected.kind) || named.namespace === expected.namespace
  if (!sameScope) return false
  if (named.kind === expected.kind) return named.name === expected.name
  if (named.kind === 'ReplicaSet' && expected.kind === 'Deployment') {
    return isOwnName(expected.name, named.name, `-${hash}{5,10}`)
  }
  const pattern = podNames[expected.kind]
  return named.kind === 'Pod' && pattern !== undefined && isOwnName(expected.name, named.name, pattern)
}
