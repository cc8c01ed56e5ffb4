import { isObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { isClusterScoped } from '#src/domain/kubernetes/cluster-scoped.ts'
import { setImmediate as nextTick } from 'node:timers/promises'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { BoundedReads } from './bounded-reads.ts'
import type { ClusterDescription, ClusterReader } from './cluster-reader.ts'
import { defaultObservationBounds, type ObservationBounds } from './observation-bounds.ts'
import { Picture } from './picture.ts'
import { readBeyond } from './read-beyond.ts'
import type { Observe, ObserveRequest } from './port.ts'
import type { Reading } from './reading.ts'
import { relevantGaps } from './relevant-gaps.ts'
import { toldByMessages } from './told-by-messages.ts'
import { clusterKinds, namespacedKinds } from './observed-scopes.ts'
import { runBounded } from './run-bounded.ts'
import { referredObjects } from './referred-objects.ts'

/** What an observer needs. `now` is the clock of the picture. */
export interface ObserverOptions {
  reader: ClusterReader
  bounds?: Partial<ObservationBounds>
  now?: () => Date
}

/** An observer of one cluster. */
export function createObserver({ reader, bounds, now = () => new Date() }: ObserverOptions): Observe {
  const limits = { ...defaultObservationBounds, ...bounds }
  return async (request, signal) => {
    const started = performance.now()
    const picture = new Picture()
    using reads = new BoundedReads(reader, limits, picture, signal)
    const namespace = namespaceOf(request)
    const frame = { taken_at: now().toISOString(), namespace, missing_apis: [] }
    const view = viewOf(picture, frame)
    const { concurrency, max_other_namespaces, max_single_reads } = limits
    const described = describe(reader, reads, signal)
    const groups = described.then(
      (description) => description.groups ?? [],
      () => [],
    )
    const reading: Reading = { reads, picture, concurrency, max_other_namespaces, max_single_reads, groups, view }

    const [description] = await Promise.all([described, readAll(reading, request, namespace)])
    await nextTick()
    picture.cost.ms = Math.round(performance.now() - started)
    const snapshot = picture.toSnapshot({ ...frame, ...aboutCluster(description) })
    return { ...snapshot, gaps: gapsOf(view(), picture, reads, request.resource) }
  }
}

/** The picture as it stands, indexed anew only after something came in. */
function viewOf(picture: Picture, frame: Parameters<Picture['toSnapshot']>[0]): () => ClusterView {
  let known: { version: number; view: ClusterView } | undefined
  return () => {
    if (known?.version !== picture.version)
      known = { version: picture.version, view: new ClusterView(picture.toSnapshot(frame)) }
    return known.view
  }
}

/** An incident about a namespace is one in it. */
function namespaceOf({ resource, namespace }: ObserveRequest): string | undefined {
  return namespace ?? resource.namespace ?? (resource.kind === 'Namespace' ? resource.name : undefined)
}

async function readAll(reading: Reading, request: ObserveRequest, namespace: string | undefined): Promise<void> {
  const { resource, wider = [] } = request
  if (namespace === undefined) await readClusterScoped(reading, resource)
  else {
    await readNamespace(reading, namespace)
    await readResource(reading, resource, namespace)
    await readByName(reading, namespace)
  }
  if (reading.reads.answered === 0) return
  await readBeyond(reading, namespace, wider)
}

/** The thing itself by name, where its list did not settle whether it exists. */
async function readResource(reading: Reading, resource: ResourceRef, own: string): Promise<void> {
  const { kind, name } = resource
  if (!isObservedKind(kind)) return
  const namespace = isClusterScoped(kind) ? undefined : (resource.namespace ?? own)
  if (kind !== 'Namespace' && reading.view().existence(kind, namespace, name) === 'unseen')
    await reading.reads.get(kind, namespace, name)
}

async function describe(reader: ClusterReader, reads: BoundedReads, caller: AbortSignal): Promise<ClusterDescription> {
  try {
    return await reader.describe(reads.signal)
  } catch (error) {
    caller.throwIfAborted()
    if (reads.signal.aborted) return {}
    throw error
  }
}

const expectedApis = ['metrics.k8s.io']

function aboutCluster({ version, groups }: ClusterDescription): Pick<Snapshot, 'cluster_version' | 'missing_apis'> {
  return { cluster_version: version, missing_apis: groups ? expectedApis.filter((api) => !groups.includes(api)) : [] }
}

function gapsOf(view: ClusterView, picture: Picture, reads: BoundedReads, resource: ResourceRef): Gap[] {
  const [first] = picture.missed
  if (reads.answered === 0 && first) return [{ ...first.gap, what: 'the cluster' }]
  const { missed } = picture
  const gaps = relevantGaps({ view, namespace: view.snapshot.namespace, resource, missed, told: toldByMessages(view) })
  return isKnown(resource.kind) ? gaps : [...gaps, unobserved(resource)]
}

/** Endpoints are seen through their endpoint slices. */
function isKnown(kind: string): boolean {
  return isObservedKind(kind) || kind === 'Endpoints'
}

function unobserved({ kind, namespace, name }: ResourceRef): Gap {
  const where = namespace ? ` in namespace ${namespace}` : ''
  return {
    what: `${kind} ${name}${where}`,
    why: 'objects of this kind are not read',
    needs: `a look at ${kind} ${name} itself`,
  }
}

/** An incident about a thing without a namespace: the thing, its events, and what stands on it. */
async function readClusterScoped(reading: Reading, resource: ResourceRef): Promise<void> {
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

/** The whole of a namespace and the small lists of the cluster, side by side. */
async function readNamespace({ reads, concurrency }: Reading, namespace: string): Promise<void> {
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
async function readByName(reading: Reading, namespace: string): Promise<void> {
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
