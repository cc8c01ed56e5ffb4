import type { RequestOptions } from 'node:https'
import { RequestContext, type KubeConfig } from '@kubernetes/client-node'
import { Agent, type Dispatcher } from 'undici'
import { CredentialsUnavailable } from './credentials-unavailable.ts'
import { closedBeforeAnswer } from './describe-network-error.ts'
import type { HttpAnswer } from './http-answer.ts'

/** What a call needs. */
export interface Connections {
  credentials: Readonly<Record<string, string>>
  dispatcher: Dispatcher
}

/** Asking an exec plugin or a file anew for every call would cost more than the call. */
const credentialsLifetime = 5_000

/**
 * Credentials and one pool of connections for all calls. The client makes a new pool, hence a new TLS handshake, for every call;
 * here one of a bounded size is put in its place, until credentials change or the server turns away.
 */
export class SharedConnections {
  readonly #kubeConfig: KubeConfig
  readonly #server: string
  readonly #mostConnections: number
  #shared: Promise<Dispatcher> | undefined
  #credentials: { at: number; headers: Promise<Record<string, string>> } | undefined

  constructor(kubeConfig: KubeConfig, server: string, mostConnections: number) {
    this.#kubeConfig = kubeConfig
    this.#server = server
    this.#mostConnections = mostConnections
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
   * True where a second try has a fair chance: credentials that ran out are taken anew, and a kept connection that the server
   * closed in the meantime is replaced.
   */
  isWorthAnother(answer: HttpAnswer): boolean {
    if (answer.kind === 'answer' && answer.status === 401) {
      this.renew()
      return true
    }
    return answer.kind === 'problem' && answer.problem === 'broken' && answer.why === closedBeforeAnswer
  }

  /** The next call takes new credentials to a new pool; calls under way end in peace. */
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
    if (!this.#credentials || now - this.#credentials.at > credentialsLifetime)
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
    if (wanted.type === 'agent') return new Agent({ connect: wanted.connect, connections: this.#mostConnections })
    if (wanted.type === 'none') return new Agent({ connections: this.#mostConnections })
    const scratch = new RequestContext(this.#server, 'GET')
    await this.#kubeConfig.applySecurityAuthentication(scratch)
    return scratch.getDispatcher() ?? new Agent({ connections: this.#mostConnections })
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
