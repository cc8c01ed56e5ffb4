import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StatusError } from './status.ts'

/** What goes back, before a fault may spoil it. */
export interface Answer {
  code: number
  headers: Record<string, string>
  body: Buffer
  /** Instead of a body: what is too long to be held. */
  pieces?: Iterable<Buffer>
}

const common = { 'Audit-Id': '', 'Cache-Control': 'no-cache, private' }

/** A JSON answer. */
export function jsonAnswer(code: number, body: Buffer | object): Answer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(`${JSON.stringify(body)}\n`)
  return { code, headers: { 'Content-Type': 'application/json' }, body: bytes }
}

/** A text answer. */
export function textAnswer(code: number, text: string, contentType = 'text/plain; charset=utf-8'): Answer {
  return { code, headers: { 'Content-Type': contentType }, body: Buffer.from(text) }
}

/** The answer to a failure: its Status, or 500 for what nobody foresaw. */
export function failureAnswer(error: unknown): Answer {
  if (error instanceof StatusError) {
    const answer = jsonAnswer(error.status.code, error.status)
    if (error.status.code === 403) answer.headers['X-Content-Type-Options'] = 'nosniff'
    return answer
  }
  const message = error instanceof Error ? error.message : 'unknown'
  return jsonAnswer(500, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    code: 500,
  })
}

/** Of an endless answer that is cut so many pieces go out. */
const piecesBeforeCut = 8

/** Sends an answer; with `cut` only half of the body, and then the connection breaks. */
export function sendAnswer(response: ServerResponse, answer: Answer, cut = false): void {
  const headers: Record<string, string | number> = { ...common, ...answer.headers, 'Audit-Id': crypto.randomUUID() }
  if (answer.pieces !== undefined) {
    response.writeHead(answer.code, headers)
    return sendPieces(response, answer.pieces, cut)
  }
  if (answer.code !== 204) headers['Content-Length'] = answer.body.length
  response.writeHead(answer.code, headers)
  if (!cut) {
    response.end(answer.body)
    return
  }
  response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => response.destroy())
}

/** At the pace of whoever reads; one that leaves early ends it. */
function sendPieces(response: ServerResponse, pieces: Iterable<Buffer>, cut: boolean): void {
  const source = Readable.from(cut ? [...take(pieces, piecesBeforeCut)] : pieces, { highWaterMark: 4 })
  if (cut) {
    source.on('data', (piece: Buffer) => response.write(piece))
    source.on('end', () => response.write('', () => response.destroy()))
    return
  }
  pipeline(source, response).catch(() => response.destroy())
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let taken = 0
  for (const item of items) {
    if (taken++ >= count) return
    yield item
  }
}
