import { refOf } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { FieldOwner, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Coverage, Snapshot } from '#src/domain/snapshot.ts'
import type { ReadFailure } from './port.ts'

/** A read that failed or was cut: what was requested, and the gap that it leaves if it is relevant. */
export interface IncompleteRead {
  kind: ObservedKind | 'Event'
  namespace?: string
  /** Set for a single object. */
  name?: string
  status: ReadFailure['status'] | 'cut'
  gap: ReadFailure['gap']
}

/** The snapshot under construction: each object once, however many reads return it. */
export class SnapshotBuilder {
  readonly incomplete: IncompleteRead[] = []
  readonly #objects = new Map<string, KubernetesObject>()
  readonly #events = new Map<string, ClusterEvent>()
  readonly #coverage = new Map<string, Coverage>()
  readonly #absent = new Set<string>()
  readonly cost = { requests: 0, bytes: 0, ms: 0 }
  #version = 0

  /** Changes with every change of the content. */
  get version(): number {
    return this.#version
  }

  addObjects(objects: readonly KubernetesObject[]): void {
    if (objects.length > 0) this.#version++
    for (const object of objects) this.#objects.set(refKey(refOf(object)), object)
  }

  /**
   * Sets the field owners of a known object; the rest of it stays as it was read. No read depends on them, so the version stays.
   */
  addOwners(ref: ResourceRef, fieldOwners: readonly FieldOwner[]): void {
    const known = this.#objects.get(refKey(ref))
    if (!known || fieldOwners.length === 0) return
    this.#objects.set(refKey(ref), { ...known, metadata: { ...known.metadata, fieldOwners: [...fieldOwners] } })
  }

  addEvents(events: readonly ClusterEvent[]): void {
    if (events.length > 0) this.#version++
    for (const event of events) this.#events.set(event.uid, event)
  }

  /** Complete coverage of a scope is not replaced by a worse one. */
  cover(kind: ObservedKind | 'Event', namespace: string | undefined, coverage: Coverage): void {
    const key = `${kind}/${namespace ?? ''}`
    if (this.#coverage.get(key) === 'complete') return
    this.#coverage.set(key, coverage)
    this.#version++
  }

  markAbsent(ref: ResourceRef): void {
    this.#absent.add(refKey(ref))
    this.#version++
  }

  isAbsent(ref: ResourceRef): boolean {
    return this.#absent.has(refKey(ref))
  }

  hasSeen(ref: ResourceRef): boolean {
    return this.#objects.has(refKey(ref)) || this.#absent.has(refKey(ref))
  }

  /** Keeps only the named objects of a namespace and their events; its coverage becomes partial. */
  narrow(namespace: string, kept: ReadonlySet<string>): void {
    this.#version++
    for (const [key, object] of this.#objects)
      if (object.metadata.namespace === namespace && !kept.has(key)) this.#objects.delete(key)
    for (const [uid, event] of this.#events)
      if (event.namespace === namespace && !kept.has(refKey(event.regarding))) this.#events.delete(uid)
    for (const key of this.#coverage.keys()) if (key.endsWith(`/${namespace}`)) this.#coverage.set(key, 'partial')
  }

  /** The present snapshot, without gaps: the caller adds the relevant ones. */
  toSnapshot(frame: Pick<Snapshot, 'taken_at' | 'namespace' | 'cluster_version' | 'missing_apis'>): Snapshot {
    const objects: Partial<Record<string, KubernetesObject[]>> = {}
    for (const object of this.#objects.values()) (objects[object.kind] ??= []).push(object)
    return {
      ...frame,
      objects,
      events: [...this.#events.values()],
      coverage: Object.fromEntries(this.#coverage),
      absent: [...this.#absent],
      gaps: [],
      cost: { ...this.cost },
    }
  }
}
