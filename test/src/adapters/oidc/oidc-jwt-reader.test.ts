import { SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OidcJwtReader } from '#src/adapters/oidc/oidc-jwt-reader.ts'
import { type ScriptedIssuer, startScriptedIssuer } from '#test/helpers/scripted-issuer.ts'

let issuer: ScriptedIssuer
let reader: OidcJwtReader
beforeEach(async () => {
  issuer = await startScriptedIssuer()
  reader = new OidcJwtReader({ issuer: issuer.issuer, audience: 'sre-agent' })
})
afterEach(() => issuer[Symbol.asyncDispose]())

const unreachable = { code: 'SRE_ACCESS_ISSUER_UNREACHABLE', retry: true }

describe('src/adapters/oidc/oidc-jwt-reader', () => {
  it('reads the claims of a token of its issuer, and fetches the keys once', async () => {
    for (let round = 0; round < 3; round++)
      expect(await reader.read(await issuer.sign({ sub: 'ada', roles: ['oncall'] }))).toMatchObject({ sub: 'ada' })
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
  })

  it('asks no discovery document where the address of the keys is configured', async () => {
    reader = new OidcJwtReader({
      issuer: issuer.issuer,
      audience: 'sre-agent',
      jwks_url: `${issuer.issuer}/keys`,
    })
    expect(await reader.read(await issuer.sign({ sub: 'ada' }))).toMatchObject({ sub: 'ada' })
    expect(issuer.asked).toEqual(['/keys'])
  })

  it.each([
    ['of another issuer', { issuer: 'https://elsewhere.example' }],
    ['for another audience', { audience: 'another-service' }],
    ['that has expired', { expires_in: -120 }],
    ['that never expires', { expires_in: undefined }],
    ['that another key has signed', { forged: true }],
  ])('takes no token %s', async (_words, options) => {
    expect(await reader.read(await issuer.sign({ sub: 'ada' }, options))).toBeUndefined()
  })

  it('takes no token without a signature, nor one that a shared secret signs', async () => {
    const claims = { sub: 'ada', iss: issuer.issuer, aud: 'sre-agent', exp: Math.floor(Date.now() / 1000) + 60 }
    expect(await reader.read(new UnsecuredJWT(claims).encode())).toBeUndefined()
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(new TextEncoder().encode('a secret of at least thirty-two bytes'))
    expect(await reader.read(shared)).toBeUndefined()
    expect(await reader.read('a.b.c')).toBeUndefined()
  })

  it('says that it cannot tell where the issuer is away, and tells again once it is back', async () => {
    let now = 0
    reader = new OidcJwtReader({ issuer: issuer.issuer, audience: 'sre-agent' }, () => now)
    const token = await issuer.sign({ sub: 'ada' })
    issuer.broken = true
    await expect(reader.read(token)).rejects.toMatchObject(unreachable)
    issuer.broken = false
    await expect(reader.read(token)).rejects.toMatchObject(unreachable)
    expect(issuer.asked).toHaveLength(1)
    now += 6_000
    expect(await reader.read(token)).toMatchObject({ sub: 'ada' })
  })

  it('does not believe a discovery document that speaks for another issuer', async () => {
    reader = new OidcJwtReader({ issuer: `${issuer.issuer}/realms/ops`, audience: 'sre-agent' })
    const token = await issuer.sign({ sub: 'ada' }, { issuer: `${issuer.issuer}/realms/ops` })
    await expect(reader.read(token)).rejects.toMatchObject(unreachable)
  })
})
