import type { Request, RequestHandler } from 'express'
import type { Caller } from '#src/domain/role.ts'
import type { ServerDeps } from '#src/server/service-ports.ts'
import type { AccessSettings } from './access-settings.ts'
import { callerOfClaims } from './caller-of-claims.ts'
import { createTokenFinder } from './find-token.ts'
import { readCredentials } from './read-credentials.ts'
import { type Identity, setIdentity } from './request-caller.ts'

/** Everybody, where nobody is asked: the service answers this machine alone then. */
const local: Caller = { name: 'local', role: 'admin' }

/** Must callers say who they are? The secret of a webhook alone does not tell callers apart. */
export function asksWho(access: AccessSettings | undefined): access is AccessSettings {
  return access !== undefined && (access.tokens.length > 0 || access.oidc !== undefined)
}

/** Finds out who calls, and lets everybody go on: what a caller may do is the routes' business. */
export function identifyCaller(deps: Pick<ServerDeps, 'access' | 'jwt' | 'logger'>): RequestHandler {
  const { access } = deps
  if (!asksWho(access))
    return (request, _response, next) => {
      setIdentity(request, { caller: local })
      next()
    }
  const findToken = createTokenFinder(access.tokens)
  return async (request, _response, next) => {
    setIdentity(request, await identify(request, { ...deps, access, findToken }))
    next()
  }
}

interface Means extends Pick<ServerDeps, 'jwt' | 'logger'> {
  access: AccessSettings
  findToken: (token: string) => Caller | undefined
}

async function identify(request: Request, means: Means): Promise<Identity> {
  const credentials = readCredentials(request, request.path === '/webhook/gcp')
  if (credentials === 'none') return { unknown: 'missing' }
  if (credentials === 'unreadable') return { unknown: 'invalid' }
  const { token, user } = credentials
  const caller = means.findToken(token)
  return { ...(caller ? { caller } : await identifyByJwt(token, means)), ...(user && { user }) }
}

async function identifyByJwt(token: string, { access, jwt, logger }: Means): Promise<Identity> {
  if (!access.oidc || !jwt || token.split('.').length !== 3) return { unknown: 'invalid' }
  try {
    const claims = await jwt.read(token)
    if (!claims) return { unknown: 'invalid' }
    const caller = callerOfClaims(claims, access.oidc)
    return caller ? { caller } : { unknown: 'no_role' }
  } catch (error) {
    logger.warn({ error }, 'a token could not be checked')
    return { unknown: 'unavailable' }
  }
}
