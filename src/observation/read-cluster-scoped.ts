import { isObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { isClusterScoped } from '#src/domain/kubernetes/cluster-scoped.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { clusterKinds } from './observed-scopes.ts'
import type { Reading } from './reading.ts'
import { runBounded } from './run-bounded.ts'

/** An incident about a thing without a namespace: the thing, its events, and what stands on it. */
export async function readClusterScoped(reading: Reading, resource: ResourceRef): Promise<void> {
  const { reads, concurrency } = reading
  const { kind, name } = resource
  const about = `involvedObject.kind=${kind},involvedObject.name=${name}`
  await runBounded(
    [
      ...(isObservedKind(kind) && isClusterScoped(kind) ? [() => reads.get(kind, undefined, name)] : []),
      () => reads.events(undefined, about),
      ...(kind === 'Node' ? [() => reads.list('Pod', undefined, { field_selector: `spec.nodeName=${name}` })] : []),
      ...clusterKinds.map((list) => () => reads.list(list, undefined)),
    ],
    concurrency,
  )
  const volume = kind === 'PersistentVolume' ? reading.view().get('PersistentVolume', undefined, name) : undefined
  const claim = volume?.spec.claimRef
  if (claim?.namespace && claim.name) await reads.get('PersistentVolumeClaim', claim.namespace, claim.name)
}
