import { isObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { clusterKinds, namespacedKinds } from './observed-scopes.ts'
import type { Reading } from './reading.ts'
import { referredObjects } from './referred-objects.ts'
import { runBounded } from './run-bounded.ts'

/** The whole of a namespace and the small lists of the cluster, side by side. */
export async function readNamespace({ reads, concurrency }: Reading, namespace: string): Promise<void> {
  const [first = 'Pod', ...rest] = namespacedKinds
  await runBounded(
    [
      () => reads.list(first, namespace),
      () => reads.events(namespace),
      () => reads.get('Namespace', undefined, namespace),
      ...rest.map((kind) => () => reads.list(kind, namespace)),
      ...clusterKinds.map((kind) => () => reads.list(kind, undefined)),
    ],
    concurrency,
  )
}

/**
 * Where a role may not list, it may still get: what the objects name is asked for one by one. Twice, for what is found so names
 * its own owners.
 */
export async function readByName(reading: Reading, namespace: string): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const refused = new Set(
      reading.picture.missed.filter((read) => read.status === 'forbidden' && !read.name).map((read) => read.kind),
    )
    if (refused.size === 0) return
    const view = reading.view()
    const open = referredObjects(view, namespace).flatMap(({ kind, namespace: space, name }) =>
      isObservedKind(kind) && refused.has(kind) && view.existence(kind, space, name) === 'unseen'
        ? [{ kind, space, name }]
        : [],
    )
    if (open.length > reading.max_single_reads) noteLeftOut(reading, open.length)
    await runBounded(
      open.slice(0, reading.max_single_reads).map(
        ({ kind, space, name }) =>
          () =>
            reading.reads.get(kind, space, name),
      ),
      reading.concurrency,
    )
  }
}

function noteLeftOut({ picture, max_single_reads }: Reading, wanted: number): void {
  const gap = {
    what: `${wanted - max_single_reads} objects that others refer to`,
    why: `more than ${max_single_reads} objects to read one by one`,
    needs: 'permission to list, or a higher bound on single reads',
  }
  picture.missed.push({ kind: 'Pod', status: 'cut', gap })
}
