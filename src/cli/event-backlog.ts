import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import type { WatchState } from './watch-state.ts'

/** Counts of the events of a watch. */
export interface BacklogCounts {
  seen: number
  forwarded: number
  /** Repeats of the same reason on the same object within the window. */
  merged: number
  /** The service refused them for good. */
  refused: number
}

export interface BacklogLimits {
  /** Most events that wait; beyond it no more should be offered. */
  capacity: number
  /** Within this time one event of an object and reason represents all. */
  window_ms: number
  /** Number of events that are remembered as done. */
  memory: number
}

const defaults: BacklogLimits = { capacity: 1000, window_ms: 60_000, memory: 2000 }

/** One observation of an event: a repeat has another count or time. */
function keyOf(event: ClusterEvent): string {
  return `${event.uid} ${event.count} ${event.last_seen}`
}

function burstOf(event: ClusterEvent): string {
  return `${refKey(event.regarding)} ${event.reason}`
}

/**
 * The events between a watch and a service: bounded, each once, bursts merged. Its state says where a new watch has to begin, so
 * that no waiting event is lost with the process.
 */
export class EventBacklog {
  readonly counts: BacklogCounts = { seen: 0, forwarded: 0, merged: 0, refused: 0 }
  readonly #limits: BacklogLimits
  readonly #now: () => number
  readonly #waiting: ClusterEvent[] = []
  readonly #done: Set<string>
  readonly #bursts = new Map<string, number>()
  #newest: string

  constructor(state: WatchState, now: () => number, limits: Partial<BacklogLimits> = {}) {
    this.#done = new Set(state.seen)
    this.#newest = state.since
    this.#now = now
    this.#limits = { ...defaults, ...limits }
  }

  get size(): number {
    return this.#waiting.length
  }

  /** No more fits: the reader of events should pause until some are settled. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#limits.capacity
  }

  /** Adds an event. */
  offer(event: ClusterEvent): void {
    if (event.type !== 'Warning' || this.#done.has(keyOf(event)) || this.#isWaiting(event)) return
    this.counts.seen++
    if (event.last_seen > this.#newest) this.#newest = event.last_seen
    if (this.#isBurst(event)) {
      this.counts.merged++
      this.#finish(event)
      return
    }
    this.#waiting.push(event)
  }

  /** The event that has waited longest. */
  first(): ClusterEvent | undefined {
    return this.#waiting[0]
  }

  /** Removes an event: the service has accepted it, or refuses it for good. */
  settle(event: ClusterEvent, how: 'forwarded' | 'refused'): void {
    const index = this.#waiting.indexOf(event)
    if (index !== -1) this.#waiting.splice(index, 1)
    this.counts[how]++
    this.#finish(event)
  }

  /** What to remember for the next start. */
  state(): WatchState {
    const oldest = this.#waiting.map((event) => event.last_seen).toSorted()[0]
    return { since: oldest !== undefined && oldest < this.#newest ? oldest : this.#newest, seen: [...this.#done] }
  }

  #isWaiting(event: ClusterEvent): boolean {
    const key = keyOf(event)
    return this.#waiting.some((other) => keyOf(other) === key)
  }

  #isBurst(event: ClusterEvent): boolean {
    const burst = burstOf(event)
    const now = this.#now()
    const started = this.#bursts.get(burst)
    if (started !== undefined && now - started < this.#limits.window_ms) return true
    this.#bursts.delete(burst)
    this.#bursts.set(burst, now)
    forgetOldest(this.#bursts, this.#limits.memory)
    return false
  }

  #finish(event: ClusterEvent): void {
    this.#done.add(keyOf(event))
    forgetOldest(this.#done, this.#limits.memory)
  }
}

function forgetOldest(kept: Set<string> | Map<string, unknown>, limit: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= limit) return
    kept.delete(key)
  }
}
