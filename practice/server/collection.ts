import type { ApiObject } from './api.ts'
import type { ServedResource } from './catalog.ts'

/** An object with its key in the store's order and its JSON, made when first needed. */
export class StoredObject {
  readonly key: string
  readonly object: ApiObject
  readonly #resource: ServedResource
  #inList: string | undefined

  constructor(resource: ServedResource, object: ApiObject) {
    this.object = object
    this.key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
    this.#resource = resource
  }

  /** As it stands in a list: without kind and apiVersion, as the real server sends it. */
  get inList(): string {
    if (this.#inList === undefined) {
      const { kind: _kind, apiVersion: _apiVersion, ...rest } = this.object
      this.#inList = JSON.stringify(rest)
    }
    return this.#inList
  }

  /** As it is answered alone. */
  get alone(): string {
    return `{"kind":"${this.#resource.kind}","apiVersion":"${this.#resource.group_version}",${this.inList.slice(1)}`
  }
}

/** One change, as watches see it. */
export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  version: number
  current: StoredObject
  before?: StoredObject
}

const bodyBytesLimit = 64 * 1_048_576

/** All objects of one resource, in the order of the store, with its changes since the start and the bodies made from it. */
export class Collection {
  readonly resource: ServedResource
  readonly changes: Change[] = []
  readonly #objects = new Map<string, StoredObject>()
  readonly #bodies = new Map<string, Buffer>()
  #bodyBytes = 0
  readonly #sorted = new Map<string, StoredObject[]>()
  readonly #listeners = new Set<(change: Change) => void>()

  constructor(resource: ServedResource) {
    this.resource = resource
  }

  get size(): number {
    return this.#objects.size
  }

  find(namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#objects.get(`${namespace ?? ''}/${name}`)
  }

  /** Adds what a recording holds; what is there already stays. */
  load(object: ApiObject): void {
    const stored = new StoredObject(this.resource, object)
    if (!this.#objects.has(stored.key)) this.#objects.set(stored.key, stored)
    this.#forget()
  }

  /** Objects of a namespace, or all, sorted by key. */
  objects(namespace: string | undefined): StoredObject[] {
    const wanted = namespace ?? '*'
    const known = this.#sorted.get(wanted)
    if (known !== undefined) return known
    const sorted = [...this.#objects.values()]
      .filter(({ object }) => namespace === undefined || object.metadata.namespace === namespace)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    this.#sorted.set(wanted, sorted)
    return sorted
  }

  /** Applies a change after the start and notifies the watches. */
  apply(type: Change['type'], object: ApiObject, version: number): void {
    const current = new StoredObject(this.resource, object)
    const before = this.#objects.get(current.key)
    if (type === 'DELETED') this.#objects.delete(current.key)
    else this.#objects.set(current.key, current)
    this.#forget()
    const change: Change = { type, version, current, ...(before === undefined ? {} : { before }) }
    this.changes.push(change)
    for (const listener of this.#listeners) listener(change)
  }

  /** Tells of changes until the returned function is called. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A body once made is kept until the collection changes. */
  body(key: string, make: () => Buffer): Buffer {
    const known = this.#bodies.get(key)
    if (known !== undefined) return known
    const made = make()
    if (this.#bodyBytes + made.length > bodyBytesLimit) this.#forgetBodies()
    this.#bodyBytes += made.length
    this.#bodies.set(key, made)
    return made
  }

  #forgetBodies(): void {
    this.#bodies.clear()
    this.#bodyBytes = 0
  }

  #forget(): void {
    this.#forgetBodies()
    this.#sorted.clear()
  }
}
