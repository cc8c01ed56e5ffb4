import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { CodedError } from '#src/domain/coded-error.ts'
import type { JwtReader } from '#src/server/port.ts'

/** The issuer whose tokens are believed. */
export interface OidcIssuer {
  issuer: string
  audience: string
  /** Absent: what the issuer's discovery document names. */
  jwks_url?: string
}

/** Only signatures that the public keys of an issuer can check: a shared secret or none at all is refused before any key is looked up. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const clockTolerance = 30
const timeoutMs = 5_000
/** After a failed read of the discovery document the next callers fail at once. */
const restMs = 5_000
const maxBytes = 1_048_576

/** What jose says where the keys, not the token, are the trouble. */
const keyTroubles = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'])

/** Checks JWTs against the issuer's published keys, which are fetched when first needed and kept. */
export class OidcJwtReader implements JwtReader {
  readonly #issuer: OidcIssuer
  readonly #now: () => number
  #keys: Promise<JWTVerifyGetKey> | undefined
  #restUntil = 0

  constructor(issuer: OidcIssuer, now: () => number = Date.now) {
    this.#issuer = issuer
    this.#now = now
  }

  async read(token: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { issuer, audience } = this.#issuer
    const getKey = await this.#getKeys()
    try {
      const options = { issuer, audience, algorithms, clockTolerance, requiredClaims: ['exp'] }
      const { payload } = await jwtVerify(token, getKey, options)
      return payload
    } catch (cause) {
      if (cause instanceof errors.JOSEError && !keyTroubles.has(cause.code)) return undefined
      throw unreachable(cause)
    }
  }

  #getKeys(): Promise<JWTVerifyGetKey> {
    if (this.#now() < this.#restUntil) return Promise.reject(unreachable(undefined))
    this.#keys ??= this.#findKeys().catch((error: unknown) => {
      this.#keys = undefined
      this.#restUntil = this.#now() + restMs
      throw error
    })
    return this.#keys
  }

  async #findKeys(): Promise<JWTVerifyGetKey> {
    const url = this.#issuer.jwks_url ?? (await discover(this.#issuer.issuer))
    return createRemoteJWKSet(new URL(url), { timeoutDuration: timeoutMs, cooldownDuration: 30_000 })
  }
}

function unreachable(cause: unknown): CodedError {
  return new CodedError('SRE_ACCESS_ISSUER_UNREACHABLE', 'the keys of the token issuer cannot be had at the moment', {
    cause,
    retry: true,
  })
}

/** The address of the keys, from the document that every OpenID issuer serves; one that speaks for another issuer is not believed. */
async function discover(issuer: string): Promise<string> {
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const { issuer: named, jwks_uri } = document
  if (named !== issuer) throw unreachable(new Error('the discovery document names another issuer'))
  if (typeof jwks_uri !== 'string' || !URL.canParse(jwks_uri))
    throw unreachable(new Error('the discovery document names no keys'))
  const isPlain = new URL(jwks_uri).protocol !== 'https:' && new URL(issuer).protocol === 'https:'
  if (isPlain) throw unreachable(new Error('the discovery document leads away from https'))
  return jwks_uri
}

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
    if (!response.ok) throw new Error(`the issuer answered ${response.status}`)
    const text = await response.text()
    if (text.length > maxBytes) throw new Error('the discovery document is larger than 1 MiB')
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch (cause) {
    throw unreachable(cause)
  }
}
