import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { traceIdOf } from '#src/telemetry/trace-id.ts'
import { problemOf } from './problem-catalogue.ts'
import { problemBody } from './send-problem.ts'

const codes: Record<string, [code: string, detail: string]> = {
  HPE_HEADER_OVERFLOW: ['SRE_SERVER_HEADERS_TOO_LARGE', 'the headers are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['SRE_SERVER_REQUEST_TIMEOUT', 'the request did not arrive within its time'],
}

/** Answers what is no HTTP request, before there is a request to answer: like every other error, with a trace id. */
export function answerUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [code, detail] = codes[error.code ?? ''] ?? [
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
