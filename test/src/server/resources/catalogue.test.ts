import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import { catalogueOver } from '#test/helpers/catalogue-over.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, serverDouble, startDouble } from '#test/helpers/server-double.ts'

let store: Store
let known: ReturnType<typeof catalogueOver>
let server: DoubleServer
beforeEach(async () => {
  store = await openSqliteStore(':memory:')
  known = catalogueOver(store)
  server = await startDouble({ catalogue: known.catalogue })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await known.follower[Symbol.asyncDispose]()
  await store.close()
})

const shop = '/api/catalogue/repository/example%2Fshop'
const oncall = '/api/catalogue/channel/oncall'
const channel = { services: ['checkout'], system: 'slack', address: '#checkout' }
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.call(path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
const put = (path: string, body: unknown, headers?: Record<string, string>) => send('PUT', path, body, headers)
const bodyOf = async (response: Response) => (await response.json()) as Record<string, unknown>

describe('src/server/resources/catalogue', () => {
  it('adds an entry, changes it, shows it, removes it, and writes each action down', async () => {
    const added = await put('/api/catalogue/repository/Example%2FShop', { services: ['checkout'] })
    expect(added.status).toBe(201)
    expect(added.headers.get('location')).toBe(shop)
    expect(added.headers.get('etag')).toBe('"1"')
    const record = { kind: 'repository', name: 'example/shop', services: ['checkout'], origin: 'store', revision: 1 }
    expect(await added.json()).toEqual({ ...record, updated_by: 'local', updated_at: '2026-11-27T12:00:00.000Z' })
    const changed = await put(shop, { services: ['checkout'], default_branch: 'main' })
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"'])
    const shown = await server.call(shop)
    expect([shown.status, shown.headers.get('etag')]).toEqual([200, '"2"'])
    expect(await bodyOf(shown)).toMatchObject({ default_branch: 'main', revision: 2 })
    const removed = await send('DELETE', shop)
    expect([removed.status, await bodyOf(removed)]).toMatchObject([200, { name: 'example/shop', revision: 2 }])
    for (const gone of [await server.call(shop), await send('DELETE', shop)]) {
      expect(gone.status).toBe(404)
      expect(await problemIn(gone)).toMatchObject({ code: 'SRE_CATALOGUE_UNKNOWN' })
    }
    expect(server.state.audit.map(({ action, target, actor }) => [action, target, actor])).toEqual([
      ['catalogue.put', 'repository/example/shop', 'local'],
      ['catalogue.put', 'repository/example/shop', 'local'],
      ['catalogue.remove', 'repository/example/shop', 'local'],
      ['catalogue.remove', 'repository/example/shop', 'local'],
      ['catalogue.remove.failed', 'repository/example/shop', 'local'],
    ])
    expect(server.state.audit[1]?.detail).toMatchObject({ services: ['checkout'], default_branch: 'main' })
  })

  it('changes an entry only at the revision that the precondition names', async () => {
    expect((await put(oncall, channel, { 'if-none-match': '*' })).status).toBe(201)
    expect((await put(oncall, channel, { 'if-match': '"1"' })).status).toBe(200)
    const stale = [
      await put(oncall, channel, { 'if-none-match': '*' }),
      await put(oncall, channel, { 'if-match': '"1"' }),
      await send('DELETE', oncall, undefined, { 'if-match': '"1"' }),
    ]
    for (const response of stale) {
      expect(response.status).toBe(412)
      const problem = await problemIn(response)
      expect(problem).toMatchObject({ code: 'SRE_CATALOGUE_REVISION', retry: false })
      expect(problem.detail).toContain('revision 2')
    }
    expect((await put(`${oncall}2`, channel, { 'if-match': '"1"' })).status).toBe(412)
    expect((await send('DELETE', oncall, undefined, { 'if-match': '"2"' })).status).toBe(200)
  })

  it.each([
    [{ 'if-match': '1' }, 'If-Match'],
    [{ 'if-match': '"0"' }, 'If-Match'],
    [{ 'if-match': '*' }, 'If-Match'],
    [{ 'if-match': '"1", "2"' }, 'If-Match'],
    [{ 'if-none-match': '"1"' }, 'If-None-Match'],
    [{ 'if-match': '"1"', 'if-none-match': '*' }, 'If-None-Match'],
  ])('refuses a precondition that cannot be understood: %j', async (headers, path) => {
    for (const response of [await put(oncall, channel, headers), await send('DELETE', oncall, undefined, headers)]) {
      expect(response.status).toBe(400)
      expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_INVALID', errors: [{ path }] })
    }
    expect(server.state.audit).toEqual([])
  })

  it('shows what the file says, and refuses to change it', async () => {
    const path = '/api/catalogue/repository/example%2Fcheckout'
    const shown = await server.call(path)
    expect(shown.headers.get('etag')).toBeNull()
    expect(await bodyOf(shown)).toEqual({
      kind: 'repository',
      name: 'example/checkout',
      services: ['checkout'],
      origin: 'file',
    })
    for (const response of [await put(path, { services: ['checkout'] }), await send('DELETE', path)]) {
      expect(response.status).toBe(409)
      const problem = await problemIn(response)
      expect(problem.code).toBe('SRE_CATALOGUE_FILE')
      expect(problem.detail).toContain('configs/services.yaml')
    }
  })

  it('lists by kind and by service, page by page', async () => {
    await put(oncall, channel)
    await put(shop, { services: ['Checkout Service'] })
    await put('/api/catalogue/log_source/cart%20logs', { services: ['cart'], system: 'loki', query: '{app="cart"}' })
    const names = async (query: string) => {
      const { entries } = (await bodyOf(await server.call(`/api/catalogue${query}`))) as { entries: { name: string }[] }
      return entries.map(({ name }) => name)
    }
    expect(await names('')).toEqual(['oncall', 'cart logs', 'example/checkout', 'example/shop'])
    expect(await names('?kind=repository')).toEqual(['example/checkout', 'example/shop'])
    expect(await names('?service=checkout')).toEqual(['oncall', 'example/checkout', 'example/shop'])
    expect(await names('?kind=log_source&service=checkout')).toEqual([])
    const { next_cursor } = await bodyOf(await server.call('/api/catalogue?limit=3'))
    expect(await names(`?limit=3&cursor=${String(next_cursor)}`)).toEqual(['example/shop'])
  })

  it.each([
    ['kind=runbook', 'kind', 'SRE_SERVER_QUERY_INVALID'],
    ['limit=0', 'limit', 'SRE_SERVER_QUERY_INVALID'],
    ['sevice=a', 'sevice', 'SRE_SERVER_QUERY_INVALID'],
    ['cursor=abc', undefined, 'SRE_INCIDENTS_CURSOR'],
  ])('refuses the query %s', async (query, path, code) => {
    const response = await server.call(`/api/catalogue?${query}`)
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code, ...(path && { errors: [{ path }] }) })
  })

  it.each([
    [oncall, { ...channel, adress: '#a' }, 'adress'],
    [oncall, { ...channel, kind: 'channel' }, 'kind'],
    [oncall, { ...channel, name: 'other' }, 'name'],
    [oncall, { ...channel, system: 'irc' }, 'system'],
    [oncall, { ...channel, services: [] }, 'services'],
    [oncall, { ...channel, note: 'a\0' }, 'note'],
    [oncall, [], ''],
    ['/api/catalogue/repository/checkout', { services: ['checkout'] }, 'name'],
    [shop, { services: ['checkout'], url: 'https://ada:secret@git.example/shop' }, 'url'],
    [oncall, { ...channel, address: 'https://hooks.slack.com/services/T0/B0/abc' }, 'address'],
    [oncall, { ...channel, note: `ghp_${'a1B2'.repeat(9)}` }, 'note'],
  ])('refuses %s %j by field, and stores nothing of it', async (address, body, path) => {
    const response = await put(address, body)
    expect(response.status).toBe(400)
    const problem = await problemIn(response)
    expect(problem).toMatchObject({ code: 'SRE_SERVER_INVALID', errors: [{ path }] })
    expect(JSON.stringify(problem)).not.toMatch(/ada:secret|B0\/abc|ghp_/)
    expect(server.state.audit).toEqual([])
    expect(await store.catalogue.revision()).toBe(0)
  })

  it.each([
    'runbook/a',
    'repository/a',
    'channel/a%0Ab',
    'channel/a%00b',
    `channel/${'x'.repeat(300)}`,
    'channel/none',
  ])('answers 404 to %.30s', async (path) => {
    for (const method of ['GET', 'DELETE']) {
      const response = await send(method, `/api/catalogue/${path}`)
      expect(response.status).toBe(404)
      expect(await problemIn(response)).toMatchObject({ code: 'SRE_CATALOGUE_UNKNOWN' })
    }
  })

  it('does nothing that cannot be written to the audit log', async () => {
    const { deps } = serverDouble()
    const audit = { ...deps.audit, append: () => Promise.reject(new Error('disk full')) }
    await using mute = await startDouble({ catalogue: known.catalogue, audit })
    const headers = { 'content-type': 'application/json' }
    const response = await mute.call(oncall, { method: 'PUT', headers, body: JSON.stringify(channel) })
    expect(response.status).toBe(503)
    expect(await store.catalogue.revision()).toBe(0)
  })

  it.each([
    ['reader', 200, 403],
    ['forwarder', 403, 403],
    ['operator', 200, 201],
    [undefined, 401, 401],
  ] as const)('lets a %s read with %i and change with %i', async (role, reading, changing) => {
    const sha256 = createHash('sha256').update('secret').digest('hex')
    const tokens = [{ name: 'caller', role: role ?? ('admin' as const), sha256 }]
    await using guarded = await startDouble({ catalogue: known.catalogue, access: { tokens, webhooks: {} } })
    const headers: Record<string, string> = role ? { authorization: 'Bearer secret' } : {}
    expect((await guarded.call('/api/catalogue', { headers })).status).toBe(reading)
    const change = { ...headers, 'content-type': 'application/json' }
    const response = await guarded.call(oncall, { method: 'PUT', headers: change, body: JSON.stringify(channel) })
    expect(response.status).toBe(changing)
  })
})
