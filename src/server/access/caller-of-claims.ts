import { type Caller, Role } from '#src/domain/role.ts'
import type { AccessSettings } from './access-settings.ts'

type Claims = Readonly<Record<string, unknown>>

/** From the least to the most powerful. */
const byPower = Role.options

/**
 * Who a checked JWT speaks for. Undefined where it names nobody or bears none of the mapped roles: to be known is not to be let in.
 * The name begins with `oidc:`, so that nobody can call himself like a token of the configuration.
 */
export function callerOfClaims(claims: Claims, oidc: NonNullable<AccessSettings['oidc']>): Caller | undefined {
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
