import { createServer as createHttpServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CodedError } from '#src/domain/coded-error.ts'
import { answerUnreadable } from './answer-unreadable.ts'

const slowestRequestMs = 30_000
/**
 * Longer than the minute after which proxies and clients let go of a connection at rest: whoever sends on one that is being closed
 * here does not learn whether it was taken.
 */
const restingMs = 75_000
/** Beyond it new connections are closed at once, so that those that are open keep working. */
const mostConnections = 10_000

/** A listening socket. */
export interface HttpListener {
  /** Without a slash at the end. */
  url: string
  /** Takes no new connections; connections that are at rest are closed. */
  refuse(): void
  /** Waits up to `grace_ms` for answers that are on their way, then cuts the rest off. */
  close(grace_ms: number): Promise<void>
}

/** Listens; rejects with a readable error where the address cannot be had. */
export async function listenHttp(handler: RequestListener, host: string, port: number): Promise<HttpListener> {
  // Node would answer what it refuses by itself with nothing but a status; everything else is the handler's business.
  const options = {
    requestTimeout: slowestRequestMs,
    headersTimeout: 10_000,
    connectionsCheckingInterval: 5_000,
    keepAliveTimeout: restingMs,
    requireHostHeader: false,
  }
  const server = createHttpServer(options, handler)
  server.maxConnections = mostConnections
  server.on('checkExpectation', handler)
  server.on('clientError', answerUnreadable)
  const ended = Promise.withResolvers<void>()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    server.listen(port, host, resolve)
  })
  let refusing = false
  const refuse = () => {
    if (refusing) return
    refusing = true
    server.close(() => ended.resolve())
    server.closeIdleConnections()
  }
  return {
    url: urlOf(host, server.address()),
    refuse,
    async close(grace_ms) {
      refuse()
      const timer = setTimeout(() => server.closeAllConnections(), grace_ms)
      await ended.promise
      clearTimeout(timer)
    },
  }
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): CodedError {
  const why =
    error.code === 'EADDRINUSE' ? 'something else listens there; set PORT to another' : (error.code ?? 'refused')
  return new CodedError('SRE_SERVER_LISTEN', `cannot listen on ${host}:${port}: ${why}`, { cause: error, retry: true })
}
