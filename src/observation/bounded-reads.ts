import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { ConfigMap } from '#src/domain/kubernetes/cluster.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind, ObservedKinds } from '#src/domain/kubernetes/observed-kinds.ts'
import { type BoundSignal, boundSignal } from '#src/util/abort.ts'
import type { ClusterReader, ListAnswer, ReadFailure, ReadLimits } from './port.ts'
import type { IncompleteRead, SnapshotBuilder } from './snapshot-builder.ts'

type Scope = Pick<IncompleteRead, 'kind' | 'namespace' | 'name'>

type Selectors = { field_selector?: string; label_selector?: string }

const hopeless: ReadonlySet<ReadFailure['status']> = new Set(['unreachable', 'unauthorized', 'timeout'] as const)

const hopelessAfter = 4

/**
 * Reads into the snapshot, each object once, within what is left of bytes and time. Where nothing at all answers, the rest is not
 * tried: an unreachable cluster costs one timeout, not thirty.
 */
export class BoundedReads implements Disposable {
  readonly #reader: ClusterReader
  readonly #bounds: ObservationBounds
  readonly #builder: SnapshotBuilder
  readonly #caller: AbortSignal
  readonly #bound: BoundSignal
  readonly #done = new Map<string, Promise<void>>()
  #answered = 0
  #unanswered = 0
  #lastFailure: ReadFailure | undefined

  constructor(reader: ClusterReader, bounds: ObservationBounds, builder: SnapshotBuilder, caller: AbortSignal) {
    this.#reader = reader
    this.#bounds = bounds
    this.#builder = builder
    this.#caller = caller
    this.#bound = boundSignal(caller, { ms: bounds.deadline_seconds * 1000 })
  }

  /** The caller's cancellation and the deadline in one. */
  get signal(): AbortSignal {
    return this.#bound.signal
  }

  /** The deadline holds no longer. */
  [Symbol.dispose](): void {
    this.#bound[Symbol.dispose]()
  }

  get answered(): number {
    return this.#answered
  }

  /** A whole list proves absence; one by selector never does. `keep` chooses the objects to keep. */
  async list(
    kind: ObservedKind,
    namespace: string | undefined,
    selectors: Selectors = {},
    keep: (object: KubernetesObject) => boolean = () => true,
  ): Promise<void> {
    return this.#once(`list ${kind} ${namespace ?? ''} ${JSON.stringify(selectors)}`, async () => {
      const scope = { kind, namespace }
      const request = { kind, namespace, ...selectors, limits: this.#limits() }
      const answer = await this.#attempt(scope, () => this.#reader.list(request, this.signal))
      const items = this.#take(scope, selectors, answer).filter(keep)
      this.#builder.addObjects(kind === 'ConfigMap' ? this.#cutValues(items as ObservedKinds['ConfigMap'][]) : items)
    })
  }

  async events(namespace: string | undefined, field_selector?: string): Promise<void> {
    return this.#once(`events ${namespace ?? ''} ${field_selector ?? ''}`, async () => {
      const scope: Scope = { kind: 'Event', namespace }
      const request = { namespace, field_selector, limits: this.#limits() }
      const answer = await this.#attempt(scope, () => this.#reader.events(request, this.signal))
      this.#builder.addEvents(this.#take(scope, { field_selector }, answer))
    })
  }

  /** One object; what is not there is recorded as absent. */
  async get(kind: ObservedKind, namespace: string | undefined, name: string): Promise<void> {
    const scope = { kind, namespace, name }
    if (this.#builder.hasSeen(scope)) return
    return this.#once(`get ${kind} ${namespace ?? ''} ${name}`, async () => {
      const answer = await this.#attempt(scope, () =>
        this.#reader.get({ ...scope, limits: this.#limits() }, this.signal),
      )
      this.#builder.cost.requests++
      if (answer.status === 'not_found') this.#builder.markAbsent(scope)
      else if (answer.status === 'ok') {
        this.#builder.cost.bytes += answer.bytes
        const item = answer.item
        this.#builder.addObjects(item.kind === 'ConfigMap' ? this.#cutValues([item]) : [item])
      } else this.#miss(scope, answer.status, answer.gap)
    })
  }

  /**
   * Who wrote the fields of an object that is known already. It adds to what is said and decides nothing, so that a read which
   * fails leaves nothing behind: no absence, and no gap.
   */
  async owners(kind: ObservedKind, namespace: string, name: string): Promise<void> {
    return this.#once(`owners ${kind} ${namespace} ${name}`, async () => {
      const scope = { kind, namespace, name }
      const answer = await this.#attempt(scope, () =>
        this.#reader.get({ ...scope, ownership: true, limits: this.#limits() }, this.signal),
      )
      this.#builder.cost.requests++
      if (answer.status !== 'ok') return
      this.#builder.cost.bytes += answer.bytes
      this.#builder.addOwners(scope, answer.item.metadata.fieldOwners ?? [])
    })
  }

  #cutValues(maps: ObservedKinds['ConfigMap'][]): ObservedKinds['ConfigMap'][] {
    return maps.map((map) => cutConfigValues(map, this.#bounds.max_config_value_characters))
  }

  async #once(key: string, read: () => Promise<void>): Promise<void> {
    const known = this.#done.get(key)
    if (known) return known
    const reading = read()
    this.#done.set(key, reading)
    return reading
  }

  #take<T>(scope: Scope, selectors: Selectors, answer: ListAnswer<T>): T[] {
    if (answer.status !== 'ok') {
      this.#builder.cost.requests++
      this.#builder.cover(scope.kind, scope.namespace, 'unseen')
      this.#miss(scope, answer.status, answer.gap)
      return []
    }
    this.#builder.cost.requests += answer.requests
    this.#builder.cost.bytes += answer.bytes
    const isWhole = !answer.truncated && !selectors.field_selector && !selectors.label_selector
    this.#builder.cover(scope.kind, scope.namespace, isWhole ? 'complete' : 'partial')
    if (answer.gap) this.#miss(scope, 'cut', answer.gap)
    return answer.items
  }

  /** The reader throws only on abort: an abort by the caller is passed on, the deadline makes the read incomplete. */
  async #attempt<T extends { status: string }>(scope: Scope, read: () => Promise<T>): Promise<T | ReadFailure> {
    this.#caller.throwIfAborted()
    const given = this.#givenUp(scope)
    if (given) return given
    try {
      const answer = await read()
      this.#note(answer)
      return answer
    } catch (error) {
      this.#caller.throwIfAborted()
      if (this.signal.aborted) return this.#outOfTime(scope)
      throw error
    }
  }

  #note(answer: { status: string } | ReadFailure): void {
    if (!('gap' in answer) || !hopeless.has(answer.status)) this.#answered++
    else {
      this.#unanswered++
      this.#lastFailure = answer
    }
  }

  #givenUp(scope: Scope): ReadFailure | undefined {
    if (this.signal.aborted) return this.#outOfTime(scope)
    const { max_bytes } = this.#bounds
    if (this.#builder.cost.bytes >= max_bytes) {
      const why = `the bound of ${max_bytes} bytes for one observation is reached`
      return { status: 'failed', gap: gapOf(scope, why, 'a higher bound on bytes') }
    }
    if (this.#answered > 0 || this.#unanswered < hopelessAfter || !this.#lastFailure) return undefined
    const { status, gap } = this.#lastFailure
    return { status, gap: gapOf(scope, gap.why, gap.needs) }
  }

  #outOfTime(scope: Scope): ReadFailure {
    const why = `the ${this.#bounds.deadline_seconds} s for observation ran out`
    return { status: 'timeout', gap: gapOf(scope, why, 'more time for observation') }
  }

  #miss(scope: Scope, status: IncompleteRead['status'], gap: Gap): void {
    this.#builder.incomplete.push({ ...scope, status, gap })
  }

  #limits(): ReadLimits {
    const { max_objects_per_kind, max_bytes_per_kind, max_bytes, call_timeout_seconds } = this.#bounds
    return {
      max_objects: max_objects_per_kind,
      max_bytes: Math.max(1, Math.min(max_bytes_per_kind, max_bytes - this.#builder.cost.bytes)),
      timeout_ms: call_timeout_seconds * 1000,
    }
  }
}

function gapOf({ kind, namespace, name }: Scope, why: string, needs: string): Gap {
  const where = namespace ? `in namespace ${namespace}` : 'in the cluster'
  return { what: name === undefined ? `every ${kind} ${where}` : `${kind} ${name} ${where}`, why, needs }
}

/** A config map whose long values are cut and say so; binary values are left out, their keys stay. */
function cutConfigValues(map: ConfigMap, maxLength: number): ConfigMap {
  const { data, binaryData, ...rest } = map
  return {
    ...rest,
    ...(data ? { data: mapValues(data, (value) => cut(value, maxLength)) } : {}),
    ...(binaryData ? { binaryData: mapValues(binaryData, () => '') } : {}),
  }
}

function cut(value: string, maxLength: number): string {
  return value.length <= maxLength ? value : `${value.slice(0, maxLength)}\n[cut, ${value.length} characters]`
}

function mapValues(values: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]))
}

/** Bounds of one observation. What a bound cuts off is a gap. */
export interface ObservationBounds {
  max_objects_per_kind: number
  max_bytes_per_kind: number
  /** Over all reads of one observation. */
  max_bytes: number
  deadline_seconds: number
  call_timeout_seconds: number
  /** Reads under way at a time. */
  concurrency: number
  /** Longer values of config maps are cut. */
  max_config_value_characters: number
  /** Other namespaces that are read because something refers to them. */
  max_other_namespaces: number
  /** Single objects that are read by name where a list is refused. */
  max_single_reads: number
}

/** Enough for a namespace of 5,000 pods. */
export const defaultObservationBounds: ObservationBounds = {
  max_objects_per_kind: 10_000,
  max_bytes_per_kind: 100_000_000,
  max_bytes: 200_000_000,
  deadline_seconds: 15,
  call_timeout_seconds: 5,
  concurrency: 8,
  max_config_value_characters: 65_536,
  max_other_namespaces: 5,
  max_single_reads: 60,
}

/** The reads of one observation and what they fill. */
export interface Reading {
  reads: BoundedReads
  builder: SnapshotBuilder
  concurrency: number
  max_other_namespaces: number
  max_single_reads: number
  /** The API groups that the server reports; empty where it reports none. */
  groups: Promise<readonly string[]>
  /** The present snapshot, indexed. */
  view(): ClusterView
}
