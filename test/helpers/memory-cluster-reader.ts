import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind, ObservedKinds } from '#src/domain/kubernetes/observed-kinds.ts'
import type {
  ClusterReader,
  EventsRequest,
  GetAnswer,
  GetRequest,
  ListAnswer,
  ListRequest,
  ReadFailure,
} from '#src/observation/port.ts'

/** What a reader of memory holds and what it refuses. */
export interface MemoryCluster {
  objects: KubernetesObject[]
  events?: ClusterEvent[]
  groups?: string[]
  /** Answers instead of the objects; undefined lets the read through. */
  refuse?: (verb: 'list' | 'get', kind: string, namespace?: string, name?: string) => ReadFailure['status'] | undefined
}

/** A cluster in memory behind the reader's port; `asked` remembers each read as `verb Kind/namespace/name`. */
export class MemoryClusterReader implements ClusterReader {
  readonly asked: string[] = []
  readonly #cluster: MemoryCluster

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster
  }

  async list<K extends ObservedKind>(
    request: ListRequest<K>,
    signal: AbortSignal,
  ): Promise<ListAnswer<ObservedKinds[K]>> {
    signal.throwIfAborted()
    const { kind, namespace, field_selector } = request
    const failure = this.#failure('list', kind, namespace)
    if (failure) return failure
    const node = /^spec\.nodeName=(.+)$/.exec(field_selector ?? '')?.[1]
    const items = this.#cluster.objects.filter(
      (object) =>
        object.kind === kind &&
        (namespace === undefined || object.metadata.namespace === namespace) &&
        (node === undefined || (object as Pod).spec.nodeName === node),
    )
    return page(items as ObservedKinds[K][], request.limits.max_objects, `${kind} objects`)
  }

  async get<K extends ObservedKind>(
    { kind, namespace, name }: GetRequest<K>,
    signal: AbortSignal,
  ): Promise<GetAnswer<ObservedKinds[K]>> {
    signal.throwIfAborted()
    const failure = this.#failure('get', kind, namespace, name)
    if (failure) return failure
    const item = this.#cluster.objects.find(
      (object) => object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === name,
    )
    return item ? { status: 'ok', item: item as ObservedKinds[K], bytes: 10 } : { status: 'not_found' }
  }

  async events({ namespace, limits }: EventsRequest, signal: AbortSignal): Promise<ListAnswer<ClusterEvent>> {
    signal.throwIfAborted()
    const events = (this.#cluster.events ?? []).filter((event) => !namespace || event.namespace === namespace)
    return this.#failure('list', 'Event', namespace) ?? page(events, limits.max_objects, 'events')
  }

  async describe() {
    return { version: 'v1.36.2', groups: this.#cluster.groups ?? ['apps'] }
  }

  #failure(verb: 'list' | 'get', kind: string, namespace?: string, name?: string): ReadFailure | undefined {
    this.asked.push(`${verb} ${kind}/${namespace ?? ''}${name === undefined ? '' : `/${name}`}`)
    const status = this.#cluster.refuse?.(verb, kind, namespace, name)
    const where = `${kind}${name === undefined ? '' : ` "${name}"`} ${namespace ? `in namespace ${namespace}` : 'in the cluster'}`
    return status && { status, gap: { what: where, why: status, needs: `${verb} on ${where}` } }
  }
}

function page<T>(all: T[], most: number, what: string): ListAnswer<T> {
  const items = all.slice(0, most)
  const cut = all.length > most
  const gap = { what, why: `more than ${most} objects`, needs: 'a higher bound on objects' }
  return { status: 'ok', items, truncated: cut, ...(cut ? { gap } : {}), requests: 1, bytes: 100 * items.length }
}
