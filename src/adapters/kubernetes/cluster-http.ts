import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { KubeConfig } from '@kubernetes/client-node'
import { type Dispatcher, request as send } from 'undici'
import { boundSignal } from '#src/domain/bound-signal.ts'
import { createGate, type Gate } from './create-gate.ts'
import { describeNetworkError } from './describe-network-error.ts'
import type { HttpAnswer, HttpReader, HttpRequest, StreamAnswer } from './http-answer.ts'
import { readBody } from './read-body.ts'
import { SharedConnections } from './shared-connections.ts'

const always = { accept: 'application/json, */*', 'accept-encoding': 'gzip', 'user-agent': 'sre-agent' }
const largestRefusal = 65_536
/** Watches and streamed logs hold connections for themselves. */
const spareConnections = 8

/**
 * The raw way to the API server: the client's credentials and connection settings, one shared pool of connections, a bounded number
 * of calls at a time, a timeout for each call, and cancellation. It only ever reads.
 */
export class ClusterHttp implements HttpReader {
  readonly #server: string
  readonly #connections: SharedConnections
  readonly #gate: Gate

  constructor(kubeConfig: KubeConfig, maxConcurrent: number) {
    this.#server = (kubeConfig.getCurrentCluster()?.server ?? '').replace(/\/+$/, '')
    this.#connections = new SharedConnections(kubeConfig, this.#server, maxConcurrent + spareConnections)
    this.#gate = createGate(maxConcurrent)
  }

  /** Throws only where `signal` is aborted. */
  async get(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#gate(async () => {
      const first = await this.#getOnce(request, signal)
      if (!this.#connections.isWorthAnother(first)) return first
      return this.#getOnce(request, signal)
    }, signal)
  }

  /** Opens a stream that stays until the server or `signal` ends it; the timeout covers the wait for its headers. */
  async stream(request: Omit<HttpRequest, 'max_bytes'>, signal: AbortSignal): Promise<StreamAnswer> {
    const opening = new AbortController()
    const timer = setTimeout(() => opening.abort(new DOMException('', 'TimeoutError')), request.timeout_ms)
    let during: 'head' | 'body' = 'head'
    try {
      const {
        statusCode: status,
        headers,
        body: stream,
      } = await this.#send(request, AbortSignal.any([signal, opening.signal]))
      during = 'body'
      if (status === 200) return { kind: 'stream', stream: Readable.toWeb(stream) }
      const { body } = await readBody(stream, largestRefusal)
      if (status === 401) this.#connections.renew()
      return { kind: 'refused', status, body, retry_after_ms: retryAfter(headers) }
    } catch (error) {
      signal.throwIfAborted()
      return describeNetworkError(error, request.timeout_ms, during)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    await this.#connections.close()
  }

  async #getOnce(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    using bounded = boundSignal(signal, { ms: request.timeout_ms })
    let during: 'head' | 'body' = 'head'
    try {
      const { statusCode: status, headers, body: stream } = await this.#send(request, bounded.signal)
      during = 'body'
      const isRefusal = status >= 400
      const limit = isRefusal ? largestRefusal : request.max_bytes
      const { body, cut } = await readBody(stream, limit)
      if (cut && !isRefusal && request.on_excess !== 'cut')
        return { kind: 'problem', problem: 'too_large', why: `the answer is larger than ${limit} bytes` }
      return { kind: 'answer', status, body, cut, retry_after_ms: retryAfter(headers) }
    } catch (error) {
      signal.throwIfAborted()
      return describeNetworkError(error, request.timeout_ms, during)
    }
  }

  /** Throws only after an abort or where the connection fails; redirects are not followed, for they would take the credentials elsewhere. */
  async #send({ path, query }: Pick<HttpRequest, 'path' | 'query'>, signal: AbortSignal) {
    const url = new URL(this.#server + path)
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const { credentials, dispatcher } = await this.#connections.take(signal)
    const answer = await send(url, { method: 'GET', headers: { ...always, ...credentials }, dispatcher, signal })
    return { statusCode: answer.statusCode, headers: answer.headers, body: unpacked(answer) }
  }
}

/** Large lists come packed. Where the connection breaks, or what comes is not packed as it says, reading the body fails. */
function unpacked({ headers, body }: Pick<Dispatcher.ResponseData, 'headers' | 'body'>): Readable {
  if (headers['content-encoding'] !== 'gzip') return body
  return pipeline(body, createGunzip(), () => undefined)
}

/** The server's wish in seconds; a date or nonsense counts as none. */
function retryAfter(headers: Record<string, string | string[] | undefined>): number | undefined {
  const seconds = Number(headers['retry-after'])
  return headers['retry-after'] !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}
