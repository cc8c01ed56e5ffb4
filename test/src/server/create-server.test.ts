import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const get = (path: string, init?: RequestInit) => server.call(path, init)
const post = (body: unknown, path = '/decide', headers: Record<string, string> = {}) => server.post(path, body, headers)

describe('src/server/create-server', () => {
  it.each(['/nowhere', '/api', '/api/incidents/a/b', '/docs/..%2fdocs.js', '/docs/index.html'])(
    'answers 404 to %s',
    async (path) => {
      const response = await get(path)
      expect(response.status).toBe(404)
      expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_ROUTE_UNKNOWN' })
    },
  )

  it('says that there is no such incident', async () => {
    const response = await get('/api/incidents/inc_none')
    expect(response.status).toBe(404)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_UNKNOWN' })
  })

  it('accepts no changes while it stops, and still answers reads', async () => {
    server.state.stopping.abort()
    for (const path of ['/decide', '/webhook/alertmanager', '/api/incidents/x/rerun']) {
      const response = await post({}, path)
      expect(response.status).toBe(503)
      expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_CLOSING', retry: true })
    }
    expect((await get('/api/incidents')).status).toBe(200)
    expect((await get('/health')).status).toBe(200)
    const ready = await get('/ready')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ ready: false, checks: [{ name: 'service', status: 'missing' }, {}] })
  })
})
