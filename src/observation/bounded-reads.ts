import { boundSignal, type BoundSignal } from '#src/util/abort.ts'
import type { KubernetesObject, ObservedKind, ObservedKinds, ConfigMap } from '#src/domain/kubernetes/objects.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { ClusterReader, ListAnswer, ReadFailure, ReadLimits } from './port.ts'
import type { ObservationBounds } from './observation-bounds.ts'
import type { MissedRead, Picture } from './snapshot-builder.ts'

type Scope = Pick<MissedRead, 'kind' | 'namespace' | 'name'>

type Selectors = { field_selector?: string; label_selector?: string }

const hopeless: ReadonlySet<ReadFailure['status']> = new Set(['unreachable', 'unauthorized', 'timeout'] as const)

const hopelessAfter = 4

/**
 * Reads into the picture, each thing once, within what is left of bytes and time. Where nothing at all answers, the rest is not
 * tried: an unreachable cluster costs one timeout, not thirty.
 */
export class BoundedReads implements Disposable {
  readonly #reader: ClusterReader
  readonly #bounds: ObservationBounds
  readonly #picture: Picture
  readonly #caller: AbortSignal
  readonly #bound: BoundSignal
  readonly #done = new Map<string, Promise<void>>()
  #answered = 0
  #unanswered = 0
  #lastFailure: ReadFailure | undefined

  constructor(reader: ClusterReader, bounds: ObservationBounds, picture: Picture, caller: AbortSignal) {
    this.#reader = reader
    this.#bounds = bounds
    this.#picture = picture
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

  /** A whole list proves absence; one by selector never does. `keep` chooses what of it goes into the picture. */
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
      this.#picture.addObjects(kind === 'ConfigMap' ? this.#cutValues(items as ObservedKinds['ConfigMap'][]) : items)
    })
  }

  async events(namespace: string | undefined, field_selector?: string): Promise<void> {
    return this.#once(`events ${namespace ?? ''} ${field_selector ?? ''}`, async () => {
      const scope: Scope = { kind: 'Event', namespace }
      const request = { namespace, field_selector, limits: this.#limits() }
      const answer = await this.#attempt(scope, () => this.#reader.events(request, this.signal))
      this.#picture.addEvents(this.#take(scope, { field_selector }, answer))
    })
  }

  /** One object; what is not there is recorded as absent. */
  async get(kind: ObservedKind, namespace: string | undefined, name: string): Promise<void> {
    const scope = { kind, namespace, name }
    if (this.#picture.hasSeen(scope)) return
    return this.#once(`get ${kind} ${namespace ?? ''} ${name}`, async () => {
      const answer = await this.#attempt(scope, () =>
        this.#reader.get({ ...scope, limits: this.#limits() }, this.signal),
      )
      this.#picture.cost.requests++
      if (answer.status === 'not_found') this.#picture.markAbsent(scope)
      else if (answer.status === 'ok') {
        this.#picture.cost.bytes += answer.bytes
        const item = answer.item
        this.#picture.addObjects(item.kind === 'ConfigMap' ? this.#cutValues([item]) : [item])
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
      this.#picture.cost.requests++
      if (answer.status !== 'ok') return
      this.#picture.cost.bytes += answer.bytes
      this.#picture.addOwners(scope, answer.item.metadata.fieldOwners ?? [])
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
      this.#picture.cost.requests++
      this.#picture.cover(scope.kind, scope.namespace, 'unseen')
      this.#miss(scope, answer.status, answer.gap)
      return []
    }
    this.#picture.cost.requests += answer.requests
    this.#picture.cost.bytes += answer.bytes
    const isWhole = !answer.truncated && !selectors.field_selector && !selectors.label_selector
    this.#picture.cover(scope.kind, scope.namespace, isWhole ? 'complete' : 'partial')
    if (answer.gap) this.#miss(scope, 'cut', answer.gap)
    return answer.items
  }

  /** The reader throws on abort alone: the caller's goes on up, the deadline's is a read that was missed. */
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
    if (this.#picture.cost.bytes >= max_bytes) {
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

  #miss(scope: Scope, status: MissedRead['status'], gap: Gap): void {
    this.#picture.missed.push({ ...scope, status, gap })
  }

  #limits(): ReadLimits {
    const { max_objects_per_kind, max_bytes_per_kind, max_bytes, call_timeout_seconds } = this.#bounds
    return {
      max_objects: max_objects_per_kind,
      max_bytes: Math.max(1, Math.min(max_bytes_per_kind, max_bytes - this.#picture.cost.bytes)),
      timeout_ms: call_timeout_seconds * 1000,
    }
  }
}

function gapOf({ kind, namespace, name }: Scope, why: string, needs: string): Gap {
  const where = namespace ? `in namespace ${namespace}` : 'in the cluster'
  return { what: name === undefined ? `every ${kind} ${where}` : `${kind} ${name} ${where}`, why, needs }
}

/** A config map whose long values are cut and say so; binary values are left out, their keys stay. */
function cutConfigValues(map: ConfigMap, longest: number): ConfigMap {
  const { data, binaryData, ...rest } = map
  return {
    ...rest,
    ...(data ? { data: mapValues(data, (value) => cut(value, longest)) } : {}),
    ...(binaryData ? { binaryData: mapValues(binaryData, () => '') } : {}),
  }
}

function cut(value: string, longest: number): string {
  return value.length <= longest ? value : `${value.slice(0, longest)}\n[cut, ${value.length} characters]`
}

function mapValues(values: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]))
}
