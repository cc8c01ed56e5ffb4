import { setImmediate as nextTick } from 'node:timers/promises'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Node } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { calledServices } from './called-services.ts'
import { findCalledServices } from './find-called-services.ts'
import { findTold } from './find-told.ts'
import { findWider } from './find-wider.ts'
import { readGateways } from './read-gateways.ts'
import { readNeighbours } from './read-neighbours.ts'
import { readOwners } from './read-owners.ts'
import { readPlatform } from './read-platform.ts'
import type { Reading } from './reading.ts'
import { runBounded } from './run-bounded.ts'
import { toldByMessages } from './told-by-messages.ts'

const mostNodes = 10

/**
 * What only some incidents turn on, read because the picture so far points to it, and what the diagnosis asked for. Everything
 * that leads to other namespaces is gathered first, so that each of them is read and narrowed once.
 */
export async function readBeyond(
  reading: Reading,
  namespace: string | undefined,
  wider: readonly ResourceRef[],
): Promise<void> {
  const { reads, concurrency } = reading
  await nextTick()
  const view = reading.view()
  const classes = view.list('Ingress').length > 0 ? [() => reads.list('IngressClass', undefined)] : []
  await runBounded([...classes, ...nodeEventReads(reading, view)], concurrency)
  await readPlatform(reading)
  if (namespace !== undefined) await readOwners(reading, namespace)
  if (namespace !== undefined) await readGateways(reading, namespace)
  // Reading thousands of objects takes its time: others get their turn in between.
  await nextTick()
  const called = namespace === undefined ? [] : calledServices(view, namespace)
  await nextTick()
  const refs = [
    ...(await findWider(reading, wider)),
    ...(await findTold(reading, toldByMessages(view))),
    ...(await findCalledServices(reading, called)),
  ]
  await readNeighbours(
    reading,
    refs.filter((ref) => ref.namespace !== namespace),
  )
}

/** Events about nodes lie in the namespace default. */
function nodeEventReads({ reads }: Reading, view: ClusterView): (() => Promise<void>)[] {
  const unwell = view.list('Node').filter(isUnwell).slice(0, mostNodes)
  return unwell.map(
    (node) => () => reads.events('default', `involvedObject.kind=Node,involvedObject.name=${node.metadata.name}`),
  )
}

function isUnwell(node: Node): boolean {
  const conditions = node.status?.conditions ?? []
  return conditions.some(({ type, status }) =>
    type === 'Ready' ? status !== 'True' : type.endsWith('Pressure') && status === 'True',
  )
}
