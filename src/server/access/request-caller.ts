import type { Request } from 'express'
import type { Caller } from '#src/domain/role.ts'

/** Why nobody is known behind a request. `unavailable`: it could not be found out. */
export type Unknown = 'missing' | 'invalid' | 'no_role' | 'unavailable'

/** Who sends a request. `user` stood before a Basic password. */
export type Identity = { caller: Caller; user?: string } | { unknown: Unknown; user?: string }

const identities = new WeakMap<Request, Identity>()

/** Notes who sends a request. */
export function setIdentity(request: Request, identity: Identity): void {
  identities.set(request, identity)
}

/** Who sends it, as far as that was found out already. */
export function identityOf(request: Request): Identity {
  return identities.get(request) ?? { unknown: 'missing' }
}

/** The caller of a request that was let in; undefined only where the route lets in anybody. */
export function knownCaller(request: Request): Caller | undefined {
  const identity = identityOf(request)
  return 'caller' in identity ? identity.caller : undefined
}

/** The caller of a route behind `needRight`. */
export function callerOf(request: Request): Caller {
  const caller = knownCaller(request)
  if (!caller) throw new Error('a route that acts for a caller lets in anybody')
  return caller
}
