import { setImmediate as nextTick } from 'node:timers/promises'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { Gap } from '#src/domain/gap.ts'
import { isClusterScoped, isObservedKind } from '#src/domain/kubernetes/kinds.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { BoundedReads, defaultObservationBounds, type ObservationBounds, type Reading } from './bounded-reads.ts'
import type { ClusterDescription, ClusterReader, Observe, ObserveRequest } from './port.ts'
import { relevantGaps } from './relevant-gaps.ts'
import { runBounded } from '#src/util/bounded.ts'
import { namedInMessages } from './named-in-messages.ts'
import { readRelated } from './read-related.ts'
import { referredObjects } from './referred-objects.ts'
import { SnapshotBuilder } from './snapshot-builder.ts'

/** Kinds whose objects in the incident's namespace are all read; the most important and the largest first. */
const namespacedKinds: readonly ObservedKind[] = [
  'Pod',
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Service',
  'EndpointSlice',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'ServiceAccount',
  'ControllerRevision',
  'Ingress',
  'NetworkPolicy',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'ResourceQuota',
  'LimitRange',
  'Role',
  'RoleBinding',
]

/** Small lists of the cluster that scheduling and storage depend on. */
const clusterKinds: readonly ObservedKind[] = ['Node', 'PersistentVolume', 'StorageClass', 'PriorityClass']

/** What an observer needs. `now` is the clock of the snapshot. */
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
    const builder = new SnapshotBuilder()
    using reads = new BoundedReads(reader, limits, builder, signal)
    const namespace = namespaceOf(request)
    const frame = { taken_at: now().toISOString(), namespace, missing_apis: [] }
    const view = viewOf(builder, frame)
    const { concurrency, max_other_namespaces, max_single_reads } = limits
    const described = describe(reader, reads, signal)
    const groups = described.then(
      (description) => description.groups ?? [],
      () => [],
    )
    const reading: Reading = { reads, builder, concurrency, max_other_namespaces, max_single_reads, groups, view }

    const [description] = await Promise.all([described, readAll(reading, request, namespace)])
    await nextTick()
    builder.cost.ms = Math.round(performance.now() - started)
    const snapshot = builder.toSnapshot({ ...frame, ...aboutCluster(description) })
    return { ...snapshot, gaps: gapsOf(view(), builder, reads, request.resource) }
  }
}

/** The present snapshot, indexed again only after a change. */
function viewOf(builder: SnapshotBuilder, frame: Parameters<SnapshotBuilder['toSnapshot']>[0]): () => ClusterView {
  let known: { version: number; view: ClusterView } | undefined
  return () => {
    if (known?.version !== builder.version)
      known = { version: builder.version, view: new ClusterView(builder.toSnapshot(frame)) }
    return known.view
  }
}

/** An incident about a namespace belongs to that namespace. */
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
  await readRelated(reading, namespace, wider)
}

/** Reads the resource by name, where its list did not show whether it exists. */
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

function gapsOf(view: ClusterView, builder: SnapshotBuilder, reads: BoundedReads, resource: ResourceRef): Gap[] {
  const [first] = builder.incomplete
  if (reads.answered === 0 && first) return [{ ...first.gap, what: 'the cluster' }]
  const { incomplete } = builder
  const gaps = relevantGaps({
    view,
    namespace: view.snapshot.namespace,
    resource,
    incomplete,
    named: namedInMessages(view),
  })
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

/** For an incident without a namespace: the resource, its events, and what depends on it. */
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

/** Reads a whole namespace and the small lists of the cluster in parallel. */
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
 * A role that may not list may still get: what the objects name is read one by one. Twice, because what is found first names owners
 * of its own.
 */
async function readByName(reading: Reading, namespace: string): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const refused = new Set(
      reading.builder.incomplete.filter((read) => read.status === 'forbidden' && !read.name).map((read) => read.kind),
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

function noteLeftOut({ builder, max_single_reads }: Reading, wanted: number): void {
  const gap = {
    what: `${wanted - max_single_reads} objects that others refer to`,
    why: `more than ${max_single_reads} objects to read one by one`,
    needs: 'permission to list, or a higher bound on single reads',
  }
  builder.incomplete.push({ kind: 'Pod', status: 'cut', gap })
}
