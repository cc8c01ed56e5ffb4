import { type Answer, failureAnswer, textAnswer } from './answer.ts'
import type { ApiRequest } from './api-request.ts'
import type { Fault } from './fault.ts'
import {
  expiredContinue,
  failure,
  forbidden,
  notFound,
  type StatusError,
  tooOldVersion,
  unauthorized,
  unknownResource,
} from './status.ts'

function gone(request: ApiRequest, oldest: number): StatusError {
  const token = request.query.get('continue')
  if (token !== null) return expiredContinue(token)
  return tooOldVersion(request.query.get('resourceVersion') ?? '0', oldest)
}

function internalError(): StatusError {
  const cause = 'etcdserver: request timed out'
  return failure(500, 'InternalError', `Internal error occurred: ${cause}`, {
    details: { causes: [{ message: cause }] },
  })
}

/** The answer of a fault that is a refusal, worded as the real server words it; undefined for the other kinds. */
export function faultAnswer(fault: Fault, request: ApiRequest, oldest: number): Answer | undefined {
  switch (fault.kind) {
    case '401':
      return failureAnswer(unauthorized())
    case '403':
      return failureAnswer(forbidden(request))
    case '404':
      return failureAnswer(request.name === undefined ? unknownResource() : notFound(request))
    case '410':
      return failureAnswer(gone(request, oldest))
    case '429': {
      const answer = textAnswer(429, 'Too many requests, please try again later.\n')
      answer.headers['Retry-After'] = String(fault.retry_after_seconds ?? 1)
      answer.headers['X-Content-Type-Options'] = 'nosniff'
      return answer
    }
    case '500':
      return failureAnswer(internalError())
    default:
      return undefined
  }
}
