import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ApiRequest, resourceName } from './api.ts'

/** Who the one token belongs to, as refusals name it. */
export const userName = 'practice-viewer'

/** The Kubernetes Status object of a failure. */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, string>
  status: 'Failure'
  message: string
  reason?: string
  details?: Record<string, unknown>
  code: number
}

/** Thrown anywhere below the router; answered as its Status. */
export class StatusError extends Error {
  readonly status: Status
  constructor(status: Status) {
    super(status.message)
    this.name = 'StatusError'
    this.status = status
  }
}

/** A failure as the real server words it. */
export function failure(
  code: number,
  reason: string | undefined,
  message: string,
  more: { details?: Record<string, unknown>; metadata?: Record<string, string> } = {},
): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: more.metadata ?? {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(more.details === undefined ? {} : { details: more.details }),
    code,
  })
}

function detailsOf({ group, resource, name }: ApiRequest): Record<string, string> {
  return { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource }
}

function subjectOf({ group, resource, name }: ApiRequest): string {
  const qualified = group === '' ? resource : `${resource}.${group}`
  return name === undefined ? qualified : `${qualified} "${name}"`
}

function attributesOf(request: ApiRequest): string {
  const scope = request.namespace === undefined ? 'at the cluster scope' : `in the namespace "${request.namespace}"`
  return `resource "${resourceName(request)}" in API group "${request.group}" ${scope}`
}

/** 400 with the given words. */
export function badRequest(message: string): StatusError {
  return failure(400, 'BadRequest', message)
}

/** 401: no token, or not the one of this cluster. */
export function unauthorized(): StatusError {
  return failure(401, 'Unauthorized', 'Unauthorized')
}

/** 403 as the authorizer words it; `because` is appended. */
export function forbidden(request: ApiRequest, because?: string): StatusError {
  if (request.resource === '') {
    const message = `forbidden: User "${userName}" cannot ${request.verb} path "${request.path}"`
    return failure(403, 'Forbidden', message, { details: {} })
  }
  const refusal = `${subjectOf(request)} is forbidden: User "${userName}" cannot ${request.verb} ${attributesOf(request)}`
  const message = because === undefined ? refusal : `${refusal}: ${because}`
  return failure(403, 'Forbidden', message, { details: detailsOf(request) })
}

/** 403 for what the recordings do not hold: their silence proves nothing. */
export function notRecorded(request: ApiRequest): StatusError {
  const message = `${subjectOf(request)} is forbidden: not recorded: this practice cluster holds no recording of ${attributesOf(request)}`
  return failure(403, 'Forbidden', message, { details: detailsOf(request) })
}

/** 404 of an object that is not there. */
export function notFound(request: ApiRequest): StatusError {
  return failure(404, 'NotFound', `${subjectOf(request)} not found`, { details: detailsOf(request) })
}

/** 404 of a resource that this API version does not know. */
export function unknownResource(): StatusError {
  return failure(404, 'NotFound', 'the server could not find the requested resource', { details: {} })
}

/** 410 of a list that cannot be continued; the token leads on inconsistently, as on a real server. */
export function expiredContinue(token: string): StatusError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
  return failure(410, 'Expired', message, { metadata: { continue: token } })
}

/** 410 of a version that is no longer known. */
export function tooOldVersion(asked: string, oldest: number): StatusError {
  return failure(410, 'Expired', `too old resource version: ${asked} (${oldest})`)
}

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

/** The response to a failure: its Status, or 500 for an unexpected error. */
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

/** Sends at the pace of the reader, and stops when the reader leaves early. */
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
