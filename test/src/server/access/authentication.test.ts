import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OidcJwtReader } from '#src/adapters/oidc/oidc-jwt-reader.ts'
import type { AccessSettings } from '#src/server/access/authentication.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type ScriptedIssuer, startScriptedIssuer } from '#test/helpers/scripted-issuer.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

const roles = ['reader', 'forwarder', 'operator', 'approver', 'admin'] as const
const tokens = roles.map((role) => ({
  name: `the-${role}`,
  role,
  sha256: createHash('sha256').update(`token-of-${role}`).digest('hex'),
}))

let issuer: ScriptedIssuer
let server: DoubleServer
beforeEach(async () => {
  issuer = await startScriptedIssuer()
  const access: AccessSettings = {
    tokens,
    webhooks: {},
    oidc: { name_claim: 'email', roles_claim: 'realm.groups', role_map: { oncall: 'operator', watchers: 'reader' } },
  }
  server = await startDouble({
    access,
    jwt: new OidcJwtReader({ issuer: issuer.issuer, audience: 'sre-agent' }),
  })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

describe('src/server/access/authentication', () => {
  it.each(['/health', '/ready', '/docs', '/docs/docs.js', '/openapi.json'])(
    'shows %s without credentials',
    async (path) => {
      expect((await server.call(path)).status).toBe(200)
    },
  )

  it('hides details of health and readiness from unknown callers', async () => {
    server.state.readiness = {
      ready: false,
      checks: [{ name: 'cluster', status: 'missing', detail: '10.1.2.3 refuses' }],
    }
    expect(await (await server.call('/health')).json()).toEqual({ status: 'ok' })
    expect(await (await server.call('/ready')).json()).toEqual({
      ready: false,
      checks: [{ name: 'cluster', status: 'missing' }],
    })
    const headers = bearer('token-of-reader')
    expect(await (await server.call('/health', { headers })).json()).toEqual(server.state.health)
    expect(await (await server.call('/ready', { headers })).json()).toEqual(server.state.readiness)
  })

  it.each([
    ['GET', '/api/incidents'],
    ['GET', '/api/incidents/x'],
    ['GET', '/api/incidents/x/events'],
    ['POST', '/api/incidents/x/close'],
    ['POST', '/decide'],
    ['POST', '/decide?wait=false'],
    ['GET', '/decide'],
    ['POST', '/webhook/alertmanager'],
    ['POST', '/webhook/alertmanager?auth_token=token-of-forwarder'],
    ['POST', '/api/issues'],
    ['GET', '/alerts'],
    ['DELETE', '/alerts/queue'],
    ['GET', '/api/silences'],
    ['DELETE', '/api/silences/x'],
    ['GET', '/api/audit'],
    ['GET', '/workflow/info'],
    ['GET', '/nowhere'],
  ])('requires credentials for %s %s, also where nothing is there', async (method, path) => {
    const response = await server.call(path, { method })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="sre-agent", Basic realm="sre-agent"/)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_ACCESS_UNAUTHENTICATED' })
    expect(server.state.delivered).toEqual([])
  })

  it.each([
    ['a bearer token', bearer('token-of-forwarder'), ''],
    ['the password of Basic, any user', basic('alertmanager', 'token-of-forwarder'), ''],
    ['?auth_token= for Google', {}, '?auth_token=token-of-forwarder'],
  ])('accepts %s', async (_words, headers, query) => {
    const response = await server.post(`/webhook/gcp${query}`, {}, headers)
    expect(response.status).toBe(202)
    expect(server.state.delivered[0]).toMatchObject({ caller: 'the-forwarder', source: 'gcp' })
    expect(server.state.delivered[0]?.headers).not.toHaveProperty('authorization')
  })

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Basic !!!',
    'Basic bm8tY29sb24=',
    'Digest username=a',
    'Bearer a b',
    `Bearer ${'x'.repeat(9_000)}`,
    'Bearer a.b.c',
  ])('refuses the credentials %.30s', async (authorization) => {
    expect((await server.call('/api/incidents', { headers: { authorization } })).status).toBe(401)
  })

  it("keeps tokens, users and queries of tokens out of the log, and shows the caller's name", async () => {
    await server.post('/webhook/gcp?auth_token=token-of-forwarder', {})
    await server.call('/api/incidents', { headers: basic('bo b\n', 'token-of-reader') })
    await server.call('/api/incidents', { headers: bearer('hunter2') })
    const lines = () => server.state.logger.lines.filter(({ message }) => message === 'request')
    await expect.poll(() => lines().length).toBe(3)
    expect(JSON.stringify(server.state.logger.lines)).not.toMatch(/token-of|hunter2|auth_token/)
    expect(lines().map(({ fields }) => fields)).toMatchObject([
      { caller: 'the-forwarder', path: '/webhook/gcp' },
      { caller: 'the-reader', basic_user: 'bo b?' },
      { status: 401 },
    ])
  })

  it('accepts a JWT of the issuer, with the most powerful of its mapped roles', async () => {
    const token = await issuer.sign({ email: 'ada@example.com', realm: { groups: ['watchers', 'oncall', 'others'] } })
    const response = await server.post('/decide?wait=false', {}, bearer(token))
    expect(response.status).toBe(202)
    expect(server.state.delivered[0]?.caller).toBe('oidc:ada@example.com')
  })

  it.each([
    [{ email: 'ada@example.com', realm: { groups: ['others', 'constructor'] } }, {}, 403],
    [{ email: 'ada@example.com' }, {}, 403],
    [{ realm: { groups: ['oncall'] } }, {}, 403],
    [{ email: 'ada@example.com', realm: { groups: ['oncall'] } }, { forged: true }, 401],
    [{ email: 'ada@example.com', realm: { groups: ['oncall'] } }, { expires_in: -100 }, 401],
  ])('refuses the claims %j signed with %j', async (claims, options, status) => {
    const token = await issuer.sign(claims, options)
    expect((await server.call('/api/incidents', { headers: bearer(token) })).status).toBe(status)
  })

  it('answers 503 where the issuer cannot be reached, and still accepts its own tokens', async () => {
    const token = await issuer.sign({ email: 'ada@example.com', realm: { groups: ['oncall'] } })
    issuer.broken = true
    const response = await server.call('/api/incidents', { headers: bearer(token) })
    expect(response.status).toBe(503)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_ACCESS_ISSUER_UNREACHABLE', retry: true })
    expect((await server.call('/api/incidents', { headers: basic('', 'token-of-reader') })).status).toBe(200)
  })

  it('accepts any Host where callers are authenticated', async () => {
    const response = await server.call('/api/incidents', {
      headers: { ...basic('', 'token-of-reader'), 'x-forwarded-host': 'sre.example.org' },
    })
    expect(response.status).toBe(200)
  })
})
