import { createConfiguration, ServerConfiguration, type HttpMethod, type KubeConfig } from '@kubernetes/client-node'
import { boundSignal } from '../../domain/bound-signal.ts'
import { createGate, type Gate } from './create-gate.ts'
import { describeNetworkError } from './describe-network-error.ts'
import type { HttpAnswer, HttpReader, HttpRequest, StreamAnswer } from './http-answer.ts'
import { readBody } from './read-body.ts'
import { SharedConnections } from './shared-connections.ts'

const userAgent = 'sre-agent'
const largestRefusal = 65_536
/** Watches and streamed logs hold connections for themselves. */
const spareConnections = 8

/**
 * The raw way to the API server: the client's configuration and credentials, one shared pool of connections, a bounded number of
 * calls at a time, a timeout for each call, and cancellation. It only ever reads.
 */
export class ClusterHttp implements HttpReader {
  readonly #configuration: ReturnType<typeof createConfiguration>
  readonly #connections: SharedConnections
  readonly #gate: Gate

  constructor(kubeConfig: KubeConfig, maxConcurrent: number) {
    const server = (kubeConfig.getCurrentCluster()?.server ?? '').replace(/\/+$/, '')
    this.#configuration = createConfiguration({ baseServer: new ServerConfiguration(server, {}) })
    this.#connections = new SharedConnections(kubeConfig, server, maxConcurrent + spareConnections)
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
    try {
      const response = await this.#send(request, AbortSignal.any([signal, opening.signal]))
      const stream = response.body.stream()
      if (response.httpStatusCode === 200 && stream) return { kind: 'stream', stream }
      const { body } = await readBody(stream, largestRefusal, AbortSignal.any([signal, opening.signal]))
      const status = response.httpStatusCode
      if (status === 401) this.#connections.renew()
      return { kind: 'refused', status, body, retry_after_ms: retryAfter(response.headers) }
    } catch (error) {
      signal.throwIfAborted()
      return describeNetworkError(error, request.timeout_ms)
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
    try {
      const response = await this.#send(request, bounded.signal)
      const status = response.httpStatusCode
      const isRefusal = status >= 400
      const limit = isRefusal ? largestRefusal : request.max_bytes
      const { body, cut } = await readBody(response.body.stream(), limit, bounded.signal)
      if (cut && !isRefusal && request.on_excess !== 'cut')
        return { kind: 'problem', problem: 'too_large', why: `the answer is larger than ${limit} bytes` }
      return { kind: 'answer', status, body, cut, retry_after_ms: retryAfter(response.headers) }
    } catch (error) {
      signal.throwIfAborted()
      return describeNetworkError(error, request.timeout_ms)
    }
  }

  async #send(request: Pick<HttpRequest, 'path' | 'query'>, signal: AbortSignal) {
    const method: HttpMethod = 'GET'
    const context = this.#configuration.baseServer.makeRequestContext(request.path, method)
    for (const [name, value] of Object.entries(request.query ?? {}))
      if (value !== undefined) context.setQueryParam(name, String(value))
    context.setHeaderParam('Accept', 'application/json, */*')
    context.setHeaderParam('User-Agent', userAgent)
    await this.#connections.apply(context, signal)
    context.setSignal(signal)
    return this.#configuration.httpApi.send(context).toPromise()
  }
}

/** The server's wish in seconds; a date or nonsense counts as none. */
function retryAfter(headers: Record<string, string>): number | undefined {
  const seconds = Number(headers['retry-after'])
  return headers['retry-after'] !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}
