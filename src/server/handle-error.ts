import type { ErrorRequestHandler } from 'express'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import type { Doors } from './access/need-right.ts'
import { sendProblem } from './send-problem.ts'
import { traceIdOfResponse } from './trace.ts'

/** What the body parser calls its failures, and what we call them. */
const bodyProblems: Record<string, [code: string, detail: string]> = {
  'entity.parse.failed': ['SRE_SERVER_MALFORMED_JSON', 'the body cannot be parsed as JSON'],
  'entity.too.large': ['SRE_SERVER_BODY_TOO_LARGE', 'the body is larger than this address takes'],
  'encoding.unsupported': ['SRE_SERVER_CONTENT_TYPE', 'Content-Encoding must be gzip, deflate, br or absent'],
  'charset.unsupported': ['SRE_SERVER_CONTENT_TYPE', 'the charset must be UTF-8'],
  'parameters.too.many': ['SRE_SERVER_BODY_TOO_LARGE', 'the form has more fields than this address takes'],
  'request.aborted': ['SRE_SERVER_BODY_BROKEN', 'the body ended early'],
  'request.size.invalid': ['SRE_SERVER_BODY_BROKEN', 'the body has another length than announced'],
}

/** The last resort: every error becomes a problem, and only the log learns what was behind it. */
export function handleError(logger: Logger, refuse: Doors['refuse']): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const type = error instanceof Error && 'type' in error ? String(error.type) : ''
    const known = bodyProblems[type]
    if (known) return sendProblem(response, ...known)
    if (error instanceof CodedError) {
      if (error.code === 'SRE_ACCESS_UNAUTHENTICATED') return refuse(request, response, 'invalid')
      logger.warn({ error, trace_id: traceIdOfResponse(response) }, 'request refused')
      return sendProblem(response, error.code, error.message)
    }
    if (error instanceof URIError)
      return sendProblem(response, 'SRE_SERVER_REQUEST_BROKEN', 'the path holds a broken percent escape')
    if (isBadRequest(error)) return sendProblem(response, 'SRE_SERVER_BODY_BROKEN', 'the request could not be read')
    logger.error({ error, trace_id: traceIdOfResponse(response) }, 'request failed')
    sendProblem(response, 'SRE_SERVER_INTERNAL', 'an unexpected error; the log has it under the trace id')
  }
}

/** Express and its parser mark what the caller did wrong (a corrupt gzip) with a 4xx status. */
function isBadRequest(error: unknown): boolean {
  if (!(error instanceof Error) || !('status' in error)) return false
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500
}
