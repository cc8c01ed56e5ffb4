import type { RequestOptions } from 'node:https'
import { Readable, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type KubeConfig, RequestContext } from '@kubernetes/client-node'
import { Agent, type Dispatcher, request as send } from 'undici'
import { boundSignal, untilAborted } from '#src/util/abort.ts'
import { type Limiter, createLimiter } from '#src/util/bounded.ts'
import {
  CredentialsUnavailable,
  type HttpAnswer,
  type HttpReader,
  type HttpRequest,
  type StreamAnswer,
  closedBeforeAnswer,
  describeNetworkError,
} from './http-answer.ts'

const always = { accept: 'application/json, */*', 'accept-encoding': 'gzip', 'user-agent': 'sre-agent' }

const maxRefusalBytes = 65_536

/** Watches and streamed logs hold connections for themselves. */
const spareConnections = 8

/** What a call needs. */
interface Connections {
  credentials: Readonly<Record<string, string>>
  dispatcher: Dispatcher
}

/** Running an exec plugin or reading a file for every call would cost more than the call. */
const credentialsLifetimeMs = 5_000

/**
 * Credentials and one pool of connections for all calls. The client makes a new pool, and so a new TLS handshake, for every call;
 * here one of a bounded size is put in its place, until credentials change or the server turns away.
 */
class SharedConnections {
  readonly #kubeConfig: KubeConfig
  readonly #server: string
  readonly #maxConnections: number
  #shared: Promise<Dispatcher> | undefined
  #credentials: { at: number; headers: Promise<Record<string, string>> } | undefined

  constructor(kubeConfig: KubeConfig, server: string, maxConnections: number) {
    this.#kubeConfig = kubeConfig
    this.#server = server
    this.#maxConnections = maxConnections
  }

  /** Credentials and the shared pool for one call. */
  async take(signal: AbortSignal): Promise<Connections> {
    signal.throwIfAborted()
    try {
      return await untilAborted(this.#takeShared(), signal)
    } catch {
      signal.throwIfAborted()
      this.renew()
      throw new CredentialsUnavailable()
    }
  }

  /**
   * True where a second try has a fair chance: credentials that ran out are read again, and a kept connection that the server
   * closed in the meantime is replaced.
   */
  isWorthAnother(answer: HttpAnswer): boolean {
    if (answer.kind === 'answer' && answer.status === 401) {
      this.renew()
      return true
    }
    return answer.kind === 'problem' && answer.problem === 'broken' && answer.why === closedBeforeAnswer
  }

  /** The next call uses new credentials and a new pool; calls in progress are not interrupted. */
  renew(): void {
    const old = this.#shared
    this.#shared = undefined
    this.#credentials = undefined
    old?.then((dispatcher) => dispatcher.close()).catch(() => undefined)
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const old = this.#shared
    this.#shared = undefined
    const dispatcher = await old?.catch(() => undefined)
    await dispatcher?.destroy()
  }

  async #takeShared(): Promise<Connections> {
    const now = performance.now()
    if (!this.#credentials || now - this.#credentials.at > credentialsLifetimeMs)
      this.#credentials = { at: now, headers: this.#takeCredentials() }
    const credentials = await this.#credentials.headers
    this.#shared ??= this.#openPool()
    return { credentials, dispatcher: await this.#shared }
  }

  async #takeCredentials(): Promise<Record<string, string>> {
    const scratch = new RequestContext(this.#server, 'GET')
    await this.#kubeConfig.applySecurityAuthentication(scratch)
    return scratch.getHeaders()
  }

  /** As the client would make it, but of a bounded size; where a proxy is set, the client's own. */
  async #openPool(): Promise<Dispatcher> {
    const options: RequestOptions = {}
    await this.#kubeConfig.applyToHTTPSOptions(options)
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }
    const wanted = this.#kubeConfig.createDispatcherOptions(this.#kubeConfig.getCurrentCluster(), tls)
    if (wanted.type === 'agent') return new Agent({ connect: wanted.connect, connections: this.#maxConnections })
    if (wanted.type === 'none') return new Agent({ connections: this.#maxConnections })
    const scratch = new RequestContext(this.#server, 'GET')
    await this.#kubeConfig.applySecurityAuthentication(scratch)
    return scratch.getDispatcher() ?? new Agent({ connections: this.#maxConnections })
  }
}

/**
 * The raw way to the API server: the client's credentials and connection settings, one shared pool of connections, a bounded number
 * of calls at a time, a timeout for each call, and cancellation. It only ever reads.
 */
export class ClusterHttp implements HttpReader {
  readonly #server: string
  readonly #connections: SharedConnections
  readonly #limit: Limiter

  constructor(kubeConfig: KubeConfig, maxConcurrent: number) {
    this.#server = (kubeConfig.getCurrentCluster()?.server ?? '').replace(/\/+$/, '')
    this.#connections = new SharedConnections(kubeConfig, this.#server, maxConcurrent + spareConnections)
    this.#limit = createLimiter(maxConcurrent)
  }

  /** Throws only where `signal` is aborted. */
  async get(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#limit(async () => {
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
      const { body } = await readBody(stream, maxRefusalBytes)
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
      const limit = isRefusal ? maxRefusalBytes : request.max_bytes
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

/** Retry-After in seconds; a date or an invalid value counts as none. */
function retryAfter(headers: Record<string, string | string[] | undefined>): number | undefined {
  const seconds = Number(headers['retry-after'])
  return headers['retry-after'] !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}

/** The body up to `limit` bytes; what is beyond is not read. Throws where it breaks off. */
function readBody(stream: Readable, limit: number): Promise<{ body: Buffer; cut: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const end = (cut: boolean) =>
      resolve({ body: chunks.length === 1 && !cut ? chunks[0]! : Buffer.concat(chunks).subarray(0, limit), cut })
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size <= limit) return
      end(true)
      stream.destroy()
    })
    stream.on('end', () => end(false))
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('the answer broke off')))
  })
}
