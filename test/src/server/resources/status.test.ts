import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

describe('src/server/resources/status', () => {
  it.each([
    ['ok', 200],
    ['degraded', 200],
    ['broken', 503],
  ] as const)('answers with the health %s and %i', async (status, code) => {
    server.state.health = { ...server.state.health, status }
    const response = await server.call('/health')
    expect(response.status).toBe(code)
    expect(await response.json()).toEqual(server.state.health)
  })

  it('says when to ask again where no run is possible', async () => {
    server.state.readiness = { ready: false, checks: [{ name: 'cluster', status: 'missing', detail: 'refused' }] }
    const response = await server.call('/ready')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.json()).toEqual(server.state.readiness)
  })

  it('is ready where every check passes', async () => {
    const response = await server.call('/ready')
    expect([response.status, response.headers.get('retry-after')]).toEqual([200, null])
    expect(await response.json()).toEqual(server.state.readiness)
  })

  it('describes the workflow', async () => {
    const response = await server.call('/workflow/info')
    expect(response.status).toBe(200)
    expect(await response.json()).toHaveProperty('minds')
  })
})
