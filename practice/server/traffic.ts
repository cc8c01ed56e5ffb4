import { type ApiRequest, resourceName } from './api-request.ts'

/** What has come in so far. */
export interface TrafficStats {
  connections: number
  tls_handshakes: number
  requests: number
  /** By verb and resource: `list pods`, `get pods/log`, `get /version`. */
  by_request: Record<string, number>
}

/** Counts connections and requests, so that a test can hold a client to reuse and to bounds. */
export class Traffic {
  #stats: TrafficStats = { connections: 0, tls_handshakes: 0, requests: 0, by_request: {} }

  connected(): void {
    this.#stats.connections += 1
  }

  handshaken(): void {
    this.#stats.tls_handshakes += 1
  }

  requested(request: ApiRequest): void {
    const subject = request.resource === '' ? request.path : resourceName(request)
    const key = `${request.verb} ${subject}`
    this.#stats.requests += 1
    this.#stats.by_request[key] = (this.#stats.by_request[key] ?? 0) + 1
  }

  stats(): TrafficStats {
    return this.#stats
  }

  reset(): void {
    this.#stats = { connections: 0, tls_handshakes: 0, requests: 0, by_request: {} }
  }
}
