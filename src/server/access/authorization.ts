import type { Request, RequestHandler, Response } from 'express'
import { ipKeyGenerator } from 'express-rate-limit'
import type { Role } from '#src/domain/role.ts'
import type { AuditLog } from '#src/server/port.ts'
import { sendProblem } from '#src/server/problems.ts'
import { traceIdOfResponse } from '#src/server/trace.ts'
import type { Logger } from '#src/telemetry/logger.ts'
import { identityOf, type Unauthenticated } from './authentication.ts'
import { createFailureCounter, type RateLimits } from './rate-limits.ts'

/** What a route requires of its caller. `signal`: deliver signals; `ask`: start an investigation and wait for its decision. */
export type Right = 'read' | 'signal' | 'ask' | 'operate' | 'approve' | 'audit'

const rights: Record<Role, readonly Right[]> = {
  reader: ['read'],
  forwarder: ['signal'],
  operator: ['read', 'signal', 'ask', 'operate'],
  approver: ['read', 'signal', 'ask', 'operate', 'approve'],
  admin: ['read', 'signal', 'ask', 'operate', 'approve', 'audit'],
}

function hasRight(role: Role, right: Right): boolean {
  return rights[role].includes(right)
}

/** The roles that have a right. */
export function rolesWith(right: Right): Role[] {
  return (Object.keys(rights) as Role[]).filter((role) => hasRight(role, right))
}

/** Refuses callers that are not known, or whose role lacks a right. */
export interface Authorization {
  /** Continues only for callers with the right. */
  requireRight(right: Right): RequestHandler
  /** Continues only for known callers. */
  requireCaller: RequestHandler
  /** Answers a request whose caller is not known. */
  refuse: (request: Request, response: Response, why: Unauthenticated) => void
}

interface AuthorizationDeps {
  audit: Pick<AuditLog, 'append'>
  limits: Pick<RateLimits, 'auth_failures_per_minute'>
  logger: Logger
}

/** Refusals of known callers are written to the audit log. */
export function createAuthorization(deps: AuthorizationDeps): Authorization {
  const refuse = createRefuse(deps.limits.auth_failures_per_minute)
  return {
    refuse,
    requireCaller: (request, response, next) => {
      const identity = identityOf(request)
      if ('caller' in identity) next()
      else refuse(request, response, identity.unknown)
    },
    requireRight: (right) => async (request, response, next) => {
      const identity = identityOf(request)
      if (!('caller' in identity)) return refuse(request, response, identity.unknown)
      const { name, role } = identity.caller
      if (hasRight(role, right)) return next()
      const target = `${request.method} ${request.path.slice(0, 200)}`
      const trace_id = traceIdOfResponse(response)
      await auditRefusal(deps, { actor: name, role, target, detail: { needs: right }, trace_id })
      const detail = `this needs one of the roles ${rolesWith(right).join(', ')}; yours is ${role}`
      sendProblem(response, 'SRE_ACCESS_FORBIDDEN', detail)
    },
  }
}

type RefusedRequest = Pick<Parameters<AuditLog['append']>[0], 'actor' | 'role' | 'target' | 'detail' | 'trace_id'>

async function auditRefusal({ audit, logger }: AuthorizationDeps, refused: RefusedRequest): Promise<void> {
  const entry = { at: new Date().toISOString(), action: 'access.refused', ...refused }
  await audit.append(entry).catch((error: unknown) => {
    // The request is refused in any case: a store that fails must not give access, nor turn the refusal into a failure.
    const { trace_id, actor: caller } = refused
    logger.error({ error, trace_id, caller }, 'a refusal could not be written to the audit log')
  })
}

const challenge = 'Bearer realm="sre-agent", Basic realm="sre-agent", charset="UTF-8"'

const details: Record<Exclude<Unauthenticated, 'unavailable' | 'no_role'>, string> = {
  missing: 'send credentials: Authorization: Bearer TOKEN, or the token as the password of Basic',
  invalid: 'the token is unknown, expired or not valid here',
}

/**
 * Too many wrong tokens from one address are answered with 429. A right token is always accepted, so that nobody can lock out others
 * behind the same address.
 */
function createRefuse(failuresPerMinute: number): Authorization['refuse'] {
  const failures = createFailureCounter(failuresPerMinute, Date.now)
  return (request, response, why) => {
    if (why === 'unavailable')
      return sendProblem(response, 'SRE_ACCESS_ISSUER_UNREACHABLE', 'the token cannot be checked at the moment')
    if (why === 'no_role')
      return sendProblem(response, 'SRE_ACCESS_FORBIDDEN', 'the token is valid, but none of its roles is known here')
    if (why === 'invalid' && failures.count(ipKeyGenerator(request.ip ?? ''))) {
      response.setHeader('Retry-After', '60')
      return sendProblem(response, 'SRE_ACCESS_TOO_MANY_FAILURES', 'too many wrong tokens from this address')
    }
    response.setHeader('WWW-Authenticate', challenge)
    sendProblem(response, 'SRE_ACCESS_UNAUTHENTICATED', details[why])
  }
}
