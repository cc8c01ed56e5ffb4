import type { ErrorRequestHandler, Request, Response } from 'express'
import { z } from 'zod'
import { AdmissionResult } from '#src/domain/admission-result.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import { traceIdOfResponse } from './trace.ts'

/* Every error that callers can receive: what it is called, and how it is sent. docs/errors.md lists the same codes. */

interface ProblemKind {
  status: number
  title: string
}

const kinds: Record<string, ProblemKind> = {
  SRE_INTAKE_INVALID: { status: 400, title: 'The payload has fields that cannot be used' },
  SRE_SERVER_MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON' },
  SRE_SERVER_QUERY_INVALID: { status: 400, title: 'A query parameter cannot be used' },
  SRE_SERVER_REQUEST_BROKEN: { status: 400, title: 'The request could not be read' },
  SRE_SERVER_BODY_BROKEN: { status: 400, title: 'The body could not be read' },
  SRE_SERVER_INVALID: { status: 400, title: 'The body has fields that cannot be used' },
  SRE_INCIDENTS_CURSOR: { status: 400, title: 'The cursor cannot be used' },
  SRE_ACCESS_UNAUTHENTICATED: { status: 401, title: 'The credentials are missing or unknown' },
  SRE_ACCESS_FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  SRE_SERVER_ORIGIN_REFUSED: { status: 403, title: 'The request comes from a page of another origin' },
  SRE_SERVER_HOST_REFUSED: { status: 403, title: 'The Host header names another machine' },
  SRE_SERVER_ROUTE_UNKNOWN: { status: 404, title: 'There is no such address' },
  SRE_INCIDENTS_UNKNOWN: { status: 404, title: 'There is no such incident' },
  SRE_SILENCES_UNKNOWN: { status: 404, title: 'There is no such silence' },
  SRE_APPROVALS_UNKNOWN: { status: 404, title: 'There is no such approval' },
  SRE_EXECUTIONS_UNKNOWN: { status: 404, title: 'There is no such execution' },
  SRE_CATALOGUE_UNKNOWN: { status: 404, title: 'The catalogue has no such entry' },
  SRE_SERVER_METHOD_NOT_ALLOWED: { status: 405, title: 'The address does not accept this method' },
  SRE_SERVER_REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  SRE_INCIDENTS_STATE: { status: 409, title: 'The state of the incident does not allow it' },
  SRE_INCIDENTS_NO_DECISION: { status: 409, title: 'The incident has ended without a decision' },
  SRE_APPROVALS_PLAN: { status: 409, title: 'The approval is for another plan' },
  SRE_APPROVALS_STATE: { status: 409, title: 'The approval cannot be answered now' },
  SRE_EXECUTIONS_REFUSED: { status: 409, title: 'The action may not be carried out now' },
  SRE_EXECUTIONS_STATE: { status: 409, title: 'The execution has ended' },
  SRE_INTAKE_NOT_RUN: { status: 409, title: 'The signal was stored, but no run answers it' },
  SRE_CATALOGUE_FILE: { status: 409, title: 'The entry is defined in the configuration' },
  SRE_CATALOGUE_REVISION: { status: 412, title: 'The entry has another revision' },
  SRE_SERVER_BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  SRE_SERVER_CONTENT_TYPE: { status: 415, title: 'The body must be JSON' },
  SRE_SERVER_HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  SRE_SERVER_RATE_LIMITED: { status: 429, title: 'Too many requests' },
  SRE_SERVER_STREAMS_FULL: { status: 429, title: 'Too many event streams are open' },
  SRE_ACCESS_TOO_MANY_FAILURES: { status: 429, title: 'Too many wrong tokens' },
  SRE_SERVER_INTERNAL: { status: 500, title: 'The service failed' },
  SRE_ACCESS_ISSUER_UNREACHABLE: { status: 503, title: 'The token cannot be checked' },
  SRE_INTAKE_REFUSED: { status: 503, title: 'The signals were not accepted' },
  SRE_INTAKE_BUSY: { status: 503, title: 'Too many signals are waiting for the store' },
  SRE_INTAKE_CLOSING: { status: 503, title: 'The service is stopping' },
  SRE_INTAKE_STORE_FAILED: { status: 503, title: 'The store failed' },
  SRE_INCIDENTS_CLOSING: { status: 503, title: 'The service is stopping' },
  SRE_INCIDENTS_STORE_FAILED: { status: 503, title: 'The store failed' },
}

/** Status and title of a code; a code that is not listed is an internal failure. */
export function problemOf(code: string): ProblemKind & { code: string } {
  const known = kinds[code]
  if (known) return { code, ...known }
  return { code: 'SRE_SERVER_INTERNAL', status: 500, title: 'The service failed' }
}

const FieldError = z.object({ path: z.string(), problem: z.string(), allowed: z.string() })
/** What is wrong with one field of a request. */
export type FieldError = z.infer<typeof FieldError>

/** The body of every error: RFC 9457, with a stable code. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  trace_id: z.string(),
  /** May the same request be sent again later? */
  retry: z.boolean(),
  errors: z.array(FieldError).optional(),
  /** The incident that was accepted before the failure. */
  incident_id: z.string().optional(),
  /** What became of each signal, where there were any. */
  signals: z.array(AdmissionResult).optional(),
})
export type Problem = z.infer<typeof Problem>

type Extra = Pick<Problem, 'errors' | 'incident_id' | 'signals'>

/** The body of a problem. */
export function problemBody(code: string, detail: string, trace_id: string, extra: Extra = {}): Problem {
  const { status, title, code: stable } = problemOf(code)
  const type = `urn:sre-agent:error:${stable}`
  return { type, title, status, detail, code: stable, trace_id, retry: status === 503 || status === 429, ...extra }
}

/** Answers with a problem; Retry-After is set where trying again may help. */
export function sendProblem(response: Response, code: string, detail: string, extra: Extra = {}): void {
  const body = problemBody(code, detail, traceIdOfResponse(response), extra)
  if (body.retry && !response.hasHeader('Retry-After')) response.setHeader('Retry-After', '5')
  response.status(body.status).type('application/problem+json').send(JSON.stringify(body))
}

/** Thrown to answer a request with a problem. An expected answer: it is not logged as a failure. */
export class Refusal extends CodedError {
  readonly extra: Extra

  constructor(code: string, detail: string, extra: Extra = {}) {
    super(code, detail)
    this.extra = extra
  }
}

/** The refusal of an input that has these errors. */
export function invalidInput(code: string, errors: FieldError[], place = 'the body'): Refusal {
  return new Refusal(code, errors.map(({ path, problem }) => `${path || place}: ${problem}`).join('; '), { errors })
}

/** The failures of the body parser, and their problems. */
const bodyProblems: Record<string, [code: string, detail: string]> = {
  'entity.parse.failed': ['SRE_SERVER_MALFORMED_JSON', 'the body cannot be parsed as JSON'],
  'entity.too.large': ['SRE_SERVER_BODY_TOO_LARGE', 'the body is larger than this address accepts'],
  'encoding.unsupported': ['SRE_SERVER_CONTENT_TYPE', 'Content-Encoding must be gzip, deflate, br or absent'],
  'charset.unsupported': ['SRE_SERVER_CONTENT_TYPE', 'the charset must be UTF-8'],
  'parameters.too.many': ['SRE_SERVER_BODY_TOO_LARGE', 'the form has more fields than this address accepts'],
  'request.aborted': ['SRE_SERVER_BODY_BROKEN', 'the body ended early'],
  'request.size.invalid': ['SRE_SERVER_BODY_BROKEN', 'the length of the body differs from Content-Length'],
}

/** Turns every error into a problem; the cause goes only to the log. `refuse` answers callers with wrong credentials. */
export function handleError(
  logger: Logger,
  refuse: (request: Request, response: Response, why: 'invalid') => void,
): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    if (error instanceof Refusal) return sendProblem(response, error.code, error.message, error.extra)
    const type = error instanceof Error && 'type' in error ? String(error.type) : ''
    const known = bodyProblems[type]
    if (known) return sendProblem(response, ...known)
    if (error instanceof CodedError) {
      if (error.code === 'SRE_ACCESS_UNAUTHENTICATED') return refuse(request, response, 'invalid')
      logger.warn({ error, trace_id: traceIdOfResponse(response) }, 'request refused')
      return sendProblem(response, error.code, error.message)
    }
    if (error instanceof URIError)
      return sendProblem(response, 'SRE_SERVER_REQUEST_BROKEN', 'the path has an invalid percent escape')
    if (isBadRequest(error)) return sendProblem(response, 'SRE_SERVER_BODY_BROKEN', 'the request could not be read')
    logger.error({ error, trace_id: traceIdOfResponse(response) }, 'request failed')
    sendProblem(response, 'SRE_SERVER_INTERNAL', 'an unexpected error; the log has it under the trace id')
  }
}

/** Express and its parser mark errors of the caller (a corrupt gzip) with a 4xx status. */
function isBadRequest(error: unknown): boolean {
  if (!(error instanceof Error) || !('status' in error)) return false
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500
}
