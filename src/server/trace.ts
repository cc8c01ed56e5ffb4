import type { Request, RequestHandler, Response } from 'express'
import type { Logger } from '#src/telemetry/logger.ts'
import { traceIdOf } from '#src/telemetry/trace-id.ts'
import { identityOf } from './access/authentication.ts'

const header = 'X-Trace-Id'

/** Gives every response its trace id, and writes one line to the log when the response has ended, without bodies and queries. */
export function trace(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const trace_id = traceIdOf(request.get('traceparent'))
    const started = performance.now()
    response.setHeader(header, trace_id)
    response.once('close', () => {
      const { method, path } = request
      const ms = Math.round(performance.now() - started)
      const status = response.writableFinished ? response.statusCode : 499
      logger.info({ trace_id, method, path: path.slice(0, 200), status, ms, ...callerFields(request) }, 'request')
    })
    next()
  }
}

/** The user of a Basic login is what the caller wrote: shown, and trusted for nothing. */
function callerFields(request: Request): object {
  const identity = identityOf(request)
  const { user } = identity
  return {
    ...('caller' in identity && { caller: identity.caller.name }),
    ...(user !== undefined && { basic_user: user.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 64) }),
  }
}

/** The trace id of a response. */
export function traceIdOfResponse(response: Response): string {
  return String(response.getHeader(header))
}
