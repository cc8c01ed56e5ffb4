import { setTimeout as pause } from 'node:timers/promises'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { ClusterHttp } from './cluster-http.ts'
import { describeRefusal } from './describe-refusal.ts'
import { type HttpAnswer, describeNetworkError } from './http-answer.ts'
import { type KindPath, resourcePath } from './kind-paths.ts'
import { projectEvent } from './project-event.ts'
import { readList } from './read-list.ts'

/** What a stream of JSON lines brings: a value, or a line that was dropped for its size or because it is no JSON. */
export type JsonLine = { kind: 'value'; value: unknown } | { kind: 'dropped'; why: 'too_long' | 'not_json' }

const maxLineLength = 1_048_576

/** Remembers a bounded number of recent keys. */
class RecentKeys {
  readonly #keys = new Set<string>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** True for a key that is not remembered. */
  isNew(key: string): boolean {
    if (this.#keys.has(key)) return false
    this.#keys.add(key)
    const oldest = this.#keys.values().next()
    if (this.#keys.size > this.#most && !oldest.done) this.#keys.delete(oldest.value)
    return true
  }
}

/** Why the watch is interrupted, and when it is tried again. */
export interface WatchProblem {
  why: string
  needs: string
  retry_in_ms: number
}

/** Which events to watch, and from which time. */
export interface WatchRequest {
  /** Absent: all namespaces. */
  namespace?: string
  /** ISO time: events seen after it are emitted at the start, too. Absent: only new events. */
  since?: string
  onProblem?: (problem: WatchProblem) => void
  /** Pauses between attempts double from the first to the maximum. */
  first_pause_ms?: number
  longest_pause_ms?: number
}

type Refusal = HttpAnswer

const eventApis: KindPath[] = [
  { api_version: 'v1', plural: 'events', namespaced: true },
  { api_version: 'events.k8s.io/v1', plural: 'events', namespaced: true },
]

const warnings = 'type=Warning'

const serverTimeoutSeconds = 290

const listLimits = { max_objects: 5_000, max_bytes: 33_554_432, timeout_ms: 15_000 }

/**
 * One endless watch of Warning events. It resumes at the last resource version, and where that has expired it lists again and emits what
 * came in between. It never gives up: not on a dropped connection, a refusal or an outage.
 */
export class EventWatch {
  readonly #http: ClusterHttp
  readonly #request: WatchRequest
  readonly #signal: AbortSignal
  readonly #seen = new RecentKeys(20_000)
  /** A list may return events last seen before this; they are skipped. */
  #newerThan: string
  #version: string | undefined
  #api = 0
  #failures = 0

  constructor(http: ClusterHttp, request: WatchRequest, signal: AbortSignal) {
    this.#http = http
    this.#request = request
    this.#signal = signal
    this.#newerThan = request.since ?? new Date().toISOString()
  }

  /** Ends when the signal is aborted, without throwing. */
  async *run(): AsyncGenerator<ClusterEvent> {
    while (!this.#signal.aborted) {
      try {
        if (this.#version === undefined) yield* this.#catchUp()
        else yield* this.#follow(this.#version)
      } catch (error) {
        if (this.#signal.aborted) return
        await this.#pauseAfter(describeNetworkError(error, listLimits.timeout_ms, 'body'))
      }
    }
  }

  get #path(): string {
    return resourcePath(this.#kind, this.#request.namespace)
  }

  get #kind(): KindPath {
    return eventApis[this.#api % eventApis.length] as KindPath
  }

  async *#catchUp(): AsyncGenerator<ClusterEvent> {
    const answer = await readList(
      this.#http,
      {
        path: this.#path,
        query: { fieldSelector: warnings },
        subject: { verb: 'list', resource: 'events', namespace: this.#request.namespace },
        limits: listLimits,
        page_size: 250,
        project: projectEvent,
      },
      this.#signal,
    )
    if (answer.status !== 'ok') {
      if (answer.status === 'forbidden' || answer.status === 'not_served') this.#api++
      await this.#pauseFor(answer.gap)
      return
    }
    this.#failures = 0
    this.#version = answer.resource_version
    const fresh = answer.items.filter((event) => Date.parse(event.last_seen) > Date.parse(this.#newerThan))
    for (const event of fresh.toSorted((left, right) => left.last_seen.localeCompare(right.last_seen)))
      yield* this.#emit(event)
    // A server that names no version cannot be followed: what it lists is asked for again later.
    if (this.#version === undefined)
      await this.#pauseFor({ why: 'the list has no resource version', needs: 'a Kubernetes API server' })
  }

  async *#follow(version: string): AsyncGenerator<ClusterEvent> {
    const query = {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: version,
      fieldSelector: warnings,
      timeoutSeconds: serverTimeoutSeconds,
    }
    const answer = await this.#http.stream({ path: this.#path, query, timeout_ms: listLimits.timeout_ms }, this.#signal)
    if (answer.kind !== 'stream') {
      await this.#refused(answer)
      return
    }
    let received = false
    for await (const line of readJsonLines(answer.stream, (serverTimeoutSeconds + 30) * 1000)) {
      if (line.kind === 'dropped') continue
      const change = parseChange(line.value)
      if (change.kind === 'error') {
        await this.#refused({ kind: 'refused', status: change.status })
        return
      }
      received = true
      this.#failures = 0
      if (change.version !== undefined) this.#version = change.version
      if (change.kind === 'event') yield* this.#emit(change.event)
    }
    if (!received) await this.#pauseQuietly()
  }

  *#emit(event: ClusterEvent): Generator<ClusterEvent> {
    if (event.last_seen > this.#newerThan) this.#newerThan = event.last_seen
    const key = `${event.uid} ${event.count} ${event.last_seen}`
    if (event.type === 'Warning' && this.#seen.isNew(key)) yield event
  }

  async #refused(answer: { kind: 'refused'; status: number } | Extract<Refusal, { kind: 'problem' }>): Promise<void> {
    if (answer.kind === 'problem') return this.#pauseAfter(answer)
    // 410: the resource version has expired, and a new list replaces it; nothing is wrong.
    this.#version = answer.status === 410 ? undefined : this.#version
    if (answer.status === 410) return this.#pauseQuietly()
    if (answer.status === 403 || answer.status === 404) {
      this.#api++
      this.#version = undefined
    }
    return this.#pauseAfter({ kind: 'answer', status: answer.status, body: Buffer.alloc(0), cut: false })
  }

  async #pauseAfter(answer: Refusal): Promise<void> {
    const { gap } = describeRefusal(answer, { verb: 'watch', resource: 'events', namespace: this.#request.namespace })
    await this.#pauseFor(gap)
  }

  async #pauseFor({ why, needs }: { why: string; needs: string }): Promise<void> {
    const retry_in_ms = this.#nextPause()
    this.#request.onProblem?.({ why, needs, retry_in_ms })
    await this.#sleep(retry_in_ms)
  }

  /** Pauses without a report: an empty stream or an expired resource version is normal unless it repeats. */
  async #pauseQuietly(): Promise<void> {
    await this.#sleep(this.#nextPause())
  }

  #nextPause(): number {
    const { first_pause_ms = 500, longest_pause_ms = 60_000 } = this.#request
    return Math.min(longest_pause_ms, first_pause_ms * 2 ** Math.min(this.#failures++, 16))
  }

  async #sleep(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#signal }).catch(() => undefined)
  }
}

type Change =
  | { kind: 'event'; event: ClusterEvent; version?: string }
  | { kind: 'other'; version?: string }
  | { kind: 'error'; status: number }

function parseChange(value: unknown): Change {
  const { type, object } = (value ?? {}) as {
    type?: string
    object?: { code?: number; metadata?: { resourceVersion?: string } }
  }
  if (type === 'ERROR') return { kind: 'error', status: object?.code ?? 500 }
  const version = object?.metadata?.resourceVersion
  const event = type === 'ADDED' || type === 'MODIFIED' ? projectEvent(object) : undefined
  return event ? { kind: 'event', event, version } : { kind: 'other', version }
}

/**
 * Newline-separated JSON. A line longer than a mebibyte is dropped while it arrives, so that memory stays bounded; no word for
 * `silence_ms` ends the stream with a TimeoutError, for a connection may die without an error.
 */
export async function* readJsonLines(
  stream: ReadableStream<Uint8Array>,
  silence_ms: number,
  limit = maxLineLength,
): AsyncGenerator<JsonLine> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let skipping = false
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, silence_ms)
      if (done) return
      const pieces = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = pieces.pop() ?? ''
      for (const piece of pieces) {
        if (skipping) skipping = false
        else if (piece.trim() !== '') yield parse(piece)
      }
      if (rest.length > limit) {
        if (!skipping) yield { kind: 'dropped', why: 'too_long' }
        skipping = true
        rest = ''
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, silence_ms: number) {
  const { promise: silent, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DOMException('the stream fell silent', 'TimeoutError')), silence_ms)
  try {
    return await Promise.race([reader.read(), silent])
  } finally {
    clearTimeout(timer)
  }
}

function parse(line: string): JsonLine {
  try {
    return { kind: 'value', value: JSON.parse(line) }
  } catch {
    return { kind: 'dropped', why: 'not_json' }
  }
}
