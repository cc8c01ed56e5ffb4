import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const question = { namespace: 'payments', resource_kind: 'Deployment', resource_name: 'gateway' }
const get = (path: string, init?: RequestInit) => server.call(path, init)
const post = (body: unknown, path = '/decide', headers: Record<string, string> = {}) => server.post(path, body, headers)

describe('src/server/trace', () => {
  it('gives every answer a trace id and one log line, without bodies and queries', async () => {
    await post({ ...question, event_data: { message: 'hunter2' } })
    const nowhere = await get('/nowhere?token=hunter2')
    expect(nowhere.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/)
    await expect.poll(() => server.state.logger.lines.filter(({ message }) => message === 'request')).toHaveLength(2)
    const requests = server.state.logger.lines.filter(({ message }) => message === 'request')
    expect(requests.map(({ fields }) => fields)).toMatchObject([
      { method: 'POST', path: '/decide', status: 200 },
      { method: 'GET', path: '/nowhere', status: 404 },
    ])
    expect(JSON.stringify(server.state.logger.lines)).not.toContain('hunter2')
  })
})
