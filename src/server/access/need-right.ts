import type { Request, RequestHandler, Response } from 'express'
import { sendProblem } from '#src/server/send-problem.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'
import { traceIdOfResponse } from '#src/server/trace.ts'
import { createFailureCounter } from './count-failures.ts'
import { createRefusal } from './refuse-unknown.ts'
import { identityOf, type Unknown } from './request-caller.ts'
import { hasRight, type Right, rolesWith } from './rights.ts'

/** The doors: who is not known or may not is turned away here. */
export interface Doors {
  /** Lets in who has the right. */
  needRight(right: Right): RequestHandler
  /** Lets in whom it knows. */
  needCaller: RequestHandler
  /** Answers somebody who is not known. */
  refuse: (request: Request, response: Response, why: Unknown) => void
}

/** Refusals of known callers are written into the audit log. */
export function createDoors(deps: Pick<ServerDeps, 'audit' | 'limits' | 'logger'>): Doors {
  const refuse = createRefusal(createFailureCounter(deps.limits.auth_failures_per_minute, Date.now))
  const needCaller: RequestHandler = (request, response, next) => {
    const identity = identityOf(request)
    if ('caller' in identity) next()
    else refuse(request, response, identity.unknown)
  }
  const needRight = (right: Right): RequestHandler => {
    return async (request, response, next) => {
      const identity = identityOf(request)
      if (!('caller' in identity)) return refuse(request, response, identity.unknown)
      if (hasRight(identity.caller.role, right)) return next()
      await noteRefusal(deps, request, response, right)
      const { role } = identity.caller
      const detail = `this needs one of the roles ${rolesWith(right).join(', ')}; yours is ${role}`
      sendProblem(response, 'SRE_ACCESS_FORBIDDEN', detail)
    }
  }
  return { needCaller, needRight, refuse }
}

async function noteRefusal(
  { audit, logger }: Pick<ServerDeps, 'audit' | 'logger'>,
  request: Request,
  response: Response,
  right: Right,
): Promise<void> {
  const identity = identityOf(request)
  if (!('caller' in identity)) return
  const { name, role } = identity.caller
  const target = `${request.method} ${request.path.slice(0, 200)}`
  const trace_id = traceIdOfResponse(response)
  const at = new Date().toISOString()
  const entry = { at, actor: name, role, action: 'access.refused', target, detail: { needs: right }, trace_id }
  await audit.append(entry).catch((error: unknown) => {
    // It was refused all the same: a store that is away must not open a door, nor turn a refusal into a failure.
    logger.error({ error, trace_id, caller: name }, 'a refusal could not be written into the audit log')
  })
}
