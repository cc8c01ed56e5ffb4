import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '#src/domain/role.ts'
import { signalSources } from '#src/intake/sources/index.ts'
import { createResources } from '#src/server/resources/index.ts'
import type { Route } from '#src/server/route.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

const roles = ['reader', 'forwarder', 'operator', 'approver', 'admin'] as const
const tokens = roles.map((role) => ({
  name: `the-${role}`,
  role,
  sha256: createHash('sha256').update(`token-of-${role}`).digest('hex'),
}))

/** Written out: a role that gains a right by mistake must fail here. */
const rolesOf: Record<NonNullable<Route['right']>, Role[]> = {
  read: ['reader', 'operator', 'approver', 'admin'],
  signal: ['forwarder', 'operator', 'approver', 'admin'],
  ask: ['operator', 'approver', 'admin'],
  operate: ['operator', 'approver', 'admin'],
  approve: ['approver', 'admin'],
  audit: ['admin'],
}
const publicPaths = ['/', '/docs', '/docs/docs.css', '/docs/docs.js', '/health', '/openapi.json', '/ready', '/redoc']

const routes = createResources(signalSources).flatMap((resource) => resource.routes)
const paths = [...Map.groupBy(routes, ({ path }) => path)]
const addressOf = (path: string) => path.replace(':kind', 'channel').replaceAll(/:\w+/g, 'x')

interface Operation {
  operationId: string
  description?: string
  security?: object[]
  responses: Record<string, object>
}

let server: DoubleServer
let described: Record<string, Record<string, Operation>>
beforeAll(async () => {
  server = await startDouble({ access: { tokens, webhooks: {} } })
  const document = (await (await server.call('/openapi.json')).json()) as { paths: typeof described }
  described = document.paths
})
afterAll(() => server[Symbol.asyncDispose]())

function send({ path, method }: Pick<Route, 'path' | 'method'>, role?: Role): Promise<Response> {
  return server.call(addressOf(path), {
    method: method.toUpperCase(),
    headers: { 'content-type': 'application/json', ...(role && { authorization: `Bearer token-of-${role}` }) },
    ...(['post', 'put'].includes(method) && { body: '{}' }),
  })
}

describe('src/server/router', () => {
  it('describes exactly the routes that are not marked otherwise, each once', () => {
    const operations = Object.entries(described).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    const wanted = routes.filter(({ undocumented }) => !undocumented)
    const names = wanted.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(operations.toSorted()).toEqual(names.toSorted())
    expect(new Set(wanted.map(({ id }) => id)).size).toBe(wanted.length)
    expect(wanted.length).toBeGreaterThanOrEqual(43)
  })

  it('opens to everybody exactly the public addresses', () => {
    const open = routes.filter(({ right }) => right === undefined)
    expect(open.map(({ path }) => path).toSorted()).toEqual(publicPaths)
    expect(open.every(({ method }) => method === 'get')).toBe(true)
  })

  it.each(routes.filter(({ right }) => right !== undefined).map((route) => [route.method, route.path, route] as const))(
    'requires the described right for %s %s',
    async (method, path, route) => {
      const right = route.right as NonNullable<Route['right']>
      const operation = described[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method]
      expect(operation?.operationId).toBe(route.id)
      expect(operation?.security).toBeUndefined()
      expect(operation?.description).toMatch(new RegExp(`Roles: ${rolesOf[right].join(', ')}\\.$`))
      const statuses = Object.keys(operation?.responses ?? {})
      expect(statuses).toEqual(expect.arrayContaining([...Object.keys(route.answers), '401', '403', '429', '503']))
      const answers = await Promise.all(roles.map(async (role) => [role, (await send(route, role)).status] as const))
      expect(answers.filter(([, status]) => status !== 403).map(([role]) => role)).toEqual(rolesOf[right])
      expect(answers.map(([, status]) => status)).not.toContain(401)
      expect((await send(route)).status).toBe(401)
    },
  )

  it.each(paths.filter(([path]) => publicPaths.includes(path)))('answers %s without credentials', async (_, known) => {
    for (const route of known) {
      expect([200, 302]).toContain((await send(route)).status)
      const operation = described[route.path]?.[route.method]
      expect(operation === undefined).toBe(route.undocumented === true)
      if (operation) expect(operation.security).toEqual([])
    }
  })

  it.each(paths)('refuses other methods at %s, and names the allowed ones', async (path, known) => {
    const allowed = known.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !allowed.includes(method))
    expect(others.length).toBeGreaterThan(0)
    for (const method of others) {
      const headers = { authorization: 'Bearer token-of-reader' }
      const response = await server.call(addressOf(path), { method, headers })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe(allowed.join(', '))
      expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_METHOD_NOT_ALLOWED' })
      const isPublic = known.every(({ right }) => right === undefined)
      expect((await server.call(addressOf(path), { method })).status).toBe(isPublic ? 405 : 401)
    }
  })

  it.each([
    ['DELETE', '/api/incidents/x', 403],
    ['GET', '/api/incidents/x/unknown', 403],
    ['POST', '/api/approvals', 403],
    ['GET', '/api/executions/x/unknown', 403],
    ['PUT', '/api/silences/x', 403],
    ['GET', '/api/catalogue/unknown', 403],
    ['POST', '/alerts', 405],
    ['GET', '/decide', 405],
    ['GET', '/nowhere', 404],
  ])('answers a forwarder, who may not read, at %s %s with %i', async (method, path, status) => {
    const response = await server.call(path, { method, headers: { authorization: 'Bearer token-of-forwarder' } })
    expect(response.status).toBe(status)
  })

  it('answers OPTIONS with the allowed methods', async () => {
    const headers = { authorization: 'Bearer token-of-reader' }
    const response = await server.call('/api/silences', { method: 'OPTIONS', headers })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST'])
  })

  it.each([
    ['GET', '/decide', 'POST'],
    ['DELETE', '/api/incidents/x', 'GET, HEAD'],
    ['GET', '/api/incidents/x/close', 'POST'],
    ['POST', '/alerts/queue', 'GET, HEAD'],
    ['PUT', '/api/silences', 'GET, HEAD, POST'],
    ['GET', '/api/silences/x', 'DELETE'],
    ['POST', '/api/catalogue', 'GET, HEAD'],
    ['PATCH', '/api/catalogue/channel/x', 'GET, HEAD, PUT, DELETE'],
    ['GET', '/webhook/gcp', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['PUT', '/docs', 'GET, HEAD'],
  ])('refuses %s %s where callers are not authenticated, too', async (method, path, allow) => {
    await using open = await startDouble()
    const response = await open.call(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_METHOD_NOT_ALLOWED' })
  })

  it.each([
    ['/api/incidents/a%00b', 'SRE_INCIDENTS_UNKNOWN'],
    ['/api/approvals/%0A', 'SRE_APPROVALS_UNKNOWN'],
    [`/api/executions/${'x'.repeat(200)}`, 'SRE_EXECUTIONS_UNKNOWN'],
    ['/api/catalogue/runbook/a', 'SRE_CATALOGUE_UNKNOWN'],
  ])('finds nothing at %.40s', async (path, code) => {
    const response = await server.call(path, { headers: { authorization: 'Bearer token-of-admin' } })
    expect(response.status).toBe(404)
    expect(await problemIn(response)).toMatchObject({ code })
  })
})
