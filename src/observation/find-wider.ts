import { isObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { isClusterScoped } from '#src/domain/kubernetes/cluster-scoped.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Reading } from './reading.ts'
import { runBounded } from './run-bounded.ts'

/** What the diagnosis asks for beyond the first picture: the things themselves, and the namespaces they live in. */
export async function findWider(reading: Reading, wider: readonly ResourceRef[]): Promise<ResourceRef[]> {
  const { reads, concurrency, max_single_reads } = reading
  const single = wider.slice(0, max_single_reads).flatMap(({ kind, namespace, name }) => {
    if (!isObservedKind(kind)) return []
    const space = isClusterScoped(kind) ? undefined : namespace
    return isClusterScoped(kind) || space !== undefined ? [() => reads.get(kind, space, name)] : []
  })
  await runBounded(single, concurrency)
  return wider.map((ref) => (ref.kind === 'Namespace' ? { ...ref, namespace: ref.name } : ref))
}
