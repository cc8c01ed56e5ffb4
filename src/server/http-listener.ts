import { createServer as createHttpServer, type RequestListener, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { CodedError } from '#src/domain/coded-error.ts'
import { traceIdOf } from '#src/telemetry/trace-id.ts'
import { problemBody, problemOf } from './problems.ts'

const requestTimeoutMs = 30_000
/**
 * Longer than the minute after which proxies and clients close an idle connection: a client that sends on a connection that the server
 * is closing does not learn whether its request was accepted.
 */
const keepAliveTimeoutMs = 75_000
/** Beyond it new connections are closed at once, so that the open ones keep working. */
const maxConnections = 10_000

/** A listening socket. */
export interface HttpListener {
  /** Without a slash at the end. */
  url: string
  /** Accepts no new connections, and closes idle ones. */
  refuse(): void
  /** Waits up to `grace_ms` for answers in progress, then closes all connections. */
  close(grace_ms: number): Promise<void>
}

/** Listens; rejects with a readable error where the address cannot be used. */
export async function listenHttp(handler: RequestListener, host: string, port: number): Promise<HttpListener> {
  // Node refuses some requests by itself with an empty answer; the handler sends a problem instead.
  const options = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: 10_000,
    connectionsCheckingInterval: 5_000,
    keepAliveTimeout: keepAliveTimeoutMs,
    requireHostHeader: false,
  }
  const server = createHttpServer(options, handler)
  server.maxConnections = maxConnections
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
    error.code === 'EADDRINUSE' ? 'another process listens there; set PORT to another port' : (error.code ?? 'refused')
  return new CodedError('SRE_SERVER_LISTEN', `cannot listen on ${host}:${port}: ${why}`, { cause: error, retry: true })
}

const unreadable: Record<string, [code: string, detail: string]> = {
  HPE_HEADER_OVERFLOW: ['SRE_SERVER_HEADERS_TOO_LARGE', 'the headers are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['SRE_SERVER_REQUEST_TIMEOUT', 'the request did not arrive in time'],
}

/** Answers bytes that are not an HTTP request with a problem and a trace id, like every other error. */
function answerUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [code, detail] = unreadable[error.code ?? ''] ?? [
    'SRE_SERVER_REQUEST_BROKEN',
    'it cannot be read as an HTTP request',
  ]
  const { status } = problemOf(code)
  const trace_id = traceIdOf(undefined)
  const body = JSON.stringify(problemBody(code, detail, trace_id))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Trace-Id: ${trace_id}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
