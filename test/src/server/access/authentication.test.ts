import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OidcJwtReader } from '#src/adapters/oidc/oidc-jwt-reader.ts'
import type { Role } from '#src/domain/role.ts'
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
  it.each(['/health', '/ready', '/docs', '/docs/docs.js', '/openapi.json'])('shows %s to anybody', async (path) => {
    expect((await server.call(path)).status).toBe(200)
  })

  it('hides details of health and readiness from who is not known', async () => {
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
  ])('asks who calls %s %s, whatever is there', async (method, path) => {
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
  ])('takes %s', async (_words, headers, query) => {
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
  ])('knows nobody by %.30s', async (authorization) => {
    expect((await server.call('/api/incidents', { headers: { authorization } })).status).toBe(401)
  })

  it('keeps tokens, users and queries of tokens out of the log, and shows the name of who called', async () => {
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

  it('answers too many wrong tokens with 429, and a right one all the same', async () => {
    const statuses = []
    for (let count = 0; count < 33; count++)
      statuses.push((await server.call('/api/incidents', { headers: bearer(`wrong${count}`) })).status)
    expect(statuses.slice(0, 30).every((status) => status === 401)).toBe(true)
    expect(statuses.slice(30)).toEqual([429, 429, 429])
    const refused = await server.call('/api/incidents', { headers: bearer('again') })
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(await problemIn(refused)).toMatchObject({ code: 'SRE_ACCESS_TOO_MANY_FAILURES' })
    expect((await server.call('/api/incidents', { headers: basic('', 'token-of-reader') })).status).toBe(200)
  })

  it('knows people by a JWT of the issuer, with the strongest of their mapped roles', async () => {
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
  ])('does not let in the claims %j signed with %j', async (claims, options, status) => {
    const token = await issuer.sign(claims, options)
    expect((await server.call('/api/incidents', { headers: bearer(token) })).status).toBe(status)
  })

  it('says that it cannot tell where the issuer is away, and still knows its own tokens', async () => {
    const token = await issuer.sign({ email: 'ada@example.com', realm: { groups: ['oncall'] } })
    issuer.broken = true
    const response = await server.call('/api/incidents', { headers: bearer(token) })
    expect(response.status).toBe(503)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_ACCESS_ISSUER_UNREACHABLE', retry: true })
    expect((await server.call('/api/incidents', { headers: basic('', 'token-of-reader') })).status).toBe(200)
  })

  it('does not mind under which Host it is called', async () => {
    const response = await server.call('/api/incidents', {
      headers: { ...basic('', 'token-of-reader'), 'x-forwarded-host': 'sre.example.org' },
    })
    expect(response.status).toBe(200)
  })

  const may: Record<string, Role[]> = {
    'GET /api/incidents': ['reader', 'operator', 'approver', 'admin'],
    'GET /api/incidents/inc_1/signals': ['reader', 'operator', 'approver', 'admin'],
    'GET /alerts': ['reader', 'operator', 'approver', 'admin'],
    'GET /alerts/queue': ['reader', 'operator', 'approver', 'admin'],
    'GET /api/silences': ['reader', 'operator', 'approver', 'admin'],
    'GET /workflow/info': ['reader', 'operator', 'approver', 'admin'],
    'POST /decide': ['operator', 'approver', 'admin'],
    'POST /decide?wait=false': ['forwarder', 'operator', 'approver', 'admin'],
    'POST /webhook/generic': ['forwarder', 'operator', 'approver', 'admin'],
    'POST /api/issues': ['forwarder', 'operator', 'approver', 'admin'],
    'POST /api/incidents/inc_1/rerun': ['operator', 'approver', 'admin'],
    'POST /api/incidents/inc_1/close': ['operator', 'approver', 'admin'],
    'POST /api/silences': ['operator', 'approver', 'admin'],
    'DELETE /api/silences/sil_1': ['operator', 'approver', 'admin'],
    'GET /api/audit': ['admin'],
  }

  it.each(Object.entries(may))('lets do %s only those who may, and notes who tried', async (route, allowed) => {
    const [method, path] = route.split(' ') as [string, string]
    const refused: string[] = []
    for (const role of roles) {
      const headers = { ...basic('x', `token-of-${role}`), 'content-type': 'application/json' }
      const response = await server.call(path, { method, headers, ...(method === 'POST' && { body: '{}' }) })
      if (response.status !== 403) continue
      refused.push(role)
      expect(await problemIn(response)).toMatchObject({ code: 'SRE_ACCESS_FORBIDDEN' })
    }
    expect(roles.filter((role) => !refused.includes(role))).toEqual(allowed)
    const noted = server.state.audit.filter(({ action }) => action === 'access.refused')
    expect(noted.map(({ actor }) => actor)).toEqual(refused.map((role) => `the-${role}`))
    expect(noted.every(({ target }) => target === `${method} ${path.split('?')[0]}`)).toBe(true)
  })
})
