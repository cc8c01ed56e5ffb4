import type { RequestHandler } from 'express'
import { sendProblem } from './send-problem.ts'

/** A service that stops still shows what it knows, and takes nothing more. */
export function refuseWhenStopping(stopping: AbortSignal): RequestHandler {
  return (request, response, next) => {
    if (!stopping.aborted || request.method === 'GET' || request.method === 'HEAD') return next()
    response.setHeader('Connection', 'close')
    sendProblem(
      response,
      'SRE_INCIDENTS_CLOSING',
      'the service is stopping; another replica, or this one after its start, takes it',
    )
  }
}
