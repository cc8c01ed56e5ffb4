import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '#src/domain/role.ts'
import type { AccessSettings } from './access-settings.ts'

/** Finds whose a token is. The time it takes tells nothing: every hash is compared whole, also after a match. */
export function createTokenFinder(tokens: AccessSettings['tokens']): (token: string) => Caller | undefined {
  const known = tokens.map(({ name, role, sha256 }) => ({ caller: { name, role }, hash: Buffer.from(sha256, 'hex') }))
  return (token) => {
    const given = createHash('sha256').update(token, 'utf8').digest()
    let found: Caller | undefined
    for (const { caller, hash } of known) if (timingSafeEqual(given, hash)) found = caller
    return found
  }
}
