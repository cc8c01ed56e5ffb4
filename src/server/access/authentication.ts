import { createHash, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { type Caller, Role } from '#src/domain/role.ts'
import type { JwtReader } from '#src/server/port.ts'
import type { Logger } from '#src/telemetry/logger.ts'

/* Who calls: by a token of configs/access.yaml or a JWT of the configured issuer. What a caller may do is decided in authorization.ts. */

/** Who may call; configs/access.yaml. */
export interface AccessSettings {
  /** `sha256` of the token in 64 hex digits: the token itself is stored nowhere. */
  readonly tokens: readonly { readonly name: string; readonly role: Role; readonly sha256: string }[]
  readonly oidc?: OidcClaims
  /** Source -> the secret that it signs with. */
  readonly webhooks: Readonly<Record<string, { readonly secret: string }>>
}

interface OidcClaims {
  /** Claim that names the caller in the audit log. */
  readonly name_claim: string
  /** Claim with roles or groups; dots lead into objects. */
  readonly roles_claim: string
  /** Value of that claim -> role. The most powerful role that matches counts. */
  readonly role_map: Readonly<Record<string, Role>>
}

/** Why the caller of a request is not known. `unavailable`: the issuer could not be reached. */
export type Unauthenticated = 'missing' | 'invalid' | 'no_role' | 'unavailable'

/** Who sends a request. `user` is the user name of Basic: shown in the log, trusted for nothing. */
export type Identity = { caller: Caller; user?: string } | { unknown: Unauthenticated; user?: string }

const identities = new WeakMap<Request, Identity>()

/** Records who sends a request. */
export function setIdentity(request: Request, identity: Identity): void {
  identities.set(request, identity)
}

/** Who sends a request, as far as it has been found out. */
export function identityOf(request: Request): Identity {
  return identities.get(request) ?? { unknown: 'missing' }
}

/** The caller of a request; undefined only on public routes. */
export function knownCaller(request: Request): Caller | undefined {
  const identity = identityOf(request)
  return 'caller' in identity ? identity.caller : undefined
}

/** The caller where callers are not authenticated: the service answers only this machine then. */
export const localCaller: Caller = { name: 'local', role: 'admin' }

/** Must callers authenticate? The secret of a webhook alone does not distinguish callers. */
export function requiresAuthentication(access: AccessSettings | undefined): access is AccessSettings {
  return access !== undefined && (access.tokens.length > 0 || access.oidc !== undefined)
}

interface AuthenticationDeps {
  access?: AccessSettings
  jwt?: JwtReader
  logger: Logger
}

/**
 * Finds out who calls, and refuses nobody: routes decide what a caller may do. `queryTokenPaths`: addresses where `?auth_token=` is read,
 * because the sender can set no header.
 */
export function identifyCaller(deps: AuthenticationDeps, queryTokenPaths: ReadonlySet<string>): RequestHandler {
  const { access } = deps
  if (!requiresAuthentication(access))
    return (request, _response, next) => {
      setIdentity(request, { caller: localCaller })
      next()
    }
  const findToken = createTokenFinder(access.tokens)
  return async (request, _response, next) => {
    const credentials = readCredentials(request, queryTokenPaths.has(request.path))
    setIdentity(request, await identify(credentials, { ...deps, access, findToken }))
    next()
  }
}

interface IdentifyDeps extends AuthenticationDeps {
  access: AccessSettings
  findToken: (token: string) => Caller | undefined
}

async function identify(credentials: Credentials, deps: IdentifyDeps): Promise<Identity> {
  if (credentials === 'none') return { unknown: 'missing' }
  if (credentials === 'unreadable') return { unknown: 'invalid' }
  const { token, user } = credentials
  const caller = deps.findToken(token)
  return { ...(caller ? { caller } : await identifyByJwt(token, deps)), ...(user && { user }) }
}

async function identifyByJwt(token: string, { access, jwt, logger }: IdentifyDeps): Promise<Identity> {
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

/** Finds the caller of a token. The duration reveals nothing: every hash is compared completely, also after a match. */
function createTokenFinder(tokens: AccessSettings['tokens']): (token: string) => Caller | undefined {
  const known = tokens.map(({ name, role, sha256 }) => ({ caller: { name, role }, hash: Buffer.from(sha256, 'hex') }))
  return (token) => {
    const given = createHash('sha256').update(token, 'utf8').digest()
    let found: Caller | undefined
    for (const { caller, hash } of known) if (timingSafeEqual(given, hash)) found = caller
    return found
  }
}

type Credentials = { token: string; user?: string } | 'none' | 'unreadable'

const maxCredentialLength = 16_384

/** A token from `Authorization: Bearer`, from the password of Basic, or, where the address allows it, from `?auth_token=`. */
function readCredentials(request: Request, allowQuery: boolean): Credentials {
  const header = request.headers.authorization
  if (header !== undefined) return header.length > maxCredentialLength ? 'unreadable' : readHeader(header)
  const token = allowQuery ? request.query['auth_token'] : undefined
  if (token === undefined) return 'none'
  return typeof token === 'string' && token !== '' && token.length <= maxCredentialLength ? { token } : 'unreadable'
}

function readHeader(header: string): Credentials {
  const [, scheme, rest] = /^([A-Za-z]+) +(\S+) *$/.exec(header) ?? []
  if (scheme === undefined || rest === undefined) return 'unreadable'
  if (scheme.toLowerCase() === 'bearer') return { token: rest }
  if (scheme.toLowerCase() !== 'basic') return 'unreadable'
  const pair = Buffer.from(rest, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const token = pair.slice(colon + 1)
  return colon === -1 || token === '' ? 'unreadable' : { token, user: pair.slice(0, colon) }
}

type Claims = Readonly<Record<string, unknown>>

/** From the least to the most powerful. */
const byPower = Role.options

/**
 * The caller that a checked JWT names. Undefined where it has no name or none of the mapped roles: a valid token alone gives no access.
 * The name begins with `oidc:`, so that nobody can take the name of a configured token.
 */
function callerOfClaims(claims: Claims, oidc: OidcClaims): Caller | undefined {
  const name = printable(claimAt(claims, oidc.name_claim))
  if (name === undefined) return undefined
  const mapped = wordsOf(claimAt(claims, oidc.roles_claim)).flatMap((word) =>
    Object.hasOwn(oidc.role_map, word) ? [oidc.role_map[word] as Role] : [],
  )
  const role = mapped.toSorted((left, right) => byPower.indexOf(right) - byPower.indexOf(left))[0]
  return role && { name: `oidc:${name}`, role }
}

/** A claim whose name is the whole path wins over one that the path leads to: names of claims may be URLs. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let value: unknown = claims
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/\s+/)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function printable(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const clean = value
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '')
    .trim()
    .slice(0, 128)
  return clean === '' ? undefined : clean
}
