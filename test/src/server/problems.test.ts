import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CodedError } from '#src/domain/coded-error.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, serverDouble, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const question = { namespace: 'payments', resource_kind: 'Deployment', resource_name: 'gateway' }
const get = (path: string, init?: RequestInit) => server.call(path, init)
const post = (body: unknown, path = '/decide', headers: Record<string, string> = {}) => server.post(path, body, headers)

describe('src/server/problems', () => {
  it('answers 500 to an unexpected error, without its cause', async () => {
    const { logger } = serverDouble().state
    await using broken = await startDouble({
      logger,
      workflow: () => {
        throw new Error('no such table at db.internal')
      },
    })
    const response = await broken.call('/workflow/info')
    expect(response.status).toBe(500)
    expect(JSON.stringify(await problemIn(response))).not.toContain('db.internal')
    expect(logger.lines.some(({ level }) => level === 'error')).toBe(true)
  })

  it('says to try again where the store fails, and names the incident that was accepted', async () => {
    const cause = new Error('connection to db.internal refused')
    server.state.decide = () =>
      Promise.reject(new CodedError('SRE_INCIDENTS_STORE_FAILED', 'the store does not answer', { cause }))
    const response = await post(question)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    const problem = await problemIn(response)
    expect(problem).toMatchObject({ code: 'SRE_INCIDENTS_STORE_FAILED', retry: true, incident_id: 'inc_1' })
    expect(JSON.stringify(problem)).not.toContain('db.internal')
  })

  it('says when to try again where the store fails', async () => {
    await using away = await startDouble({
      intake: { receive: () => Promise.reject(new CodedError('SRE_INCIDENTS_STORE_FAILED', 'the store is away')) },
    })
    const response = await away.post('/decide', question)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_STORE_FAILED', retry: true })
  })

  it('answers 400 to an address that cannot be decoded', async () => {
    const response = await get('/api/incidents/%E0%A4%A')
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_REQUEST_BROKEN' })
  })

  it('logs an expected refusal only as a request', async () => {
    expect((await get('/api/incidents/inc_none')).status).toBe(404)
    await expect.poll(() => server.state.logger.lines.map(({ message }) => message)).toContain('request')
    expect(server.state.logger.lines.filter(({ level }) => level !== 'info')).toEqual([])
  })
})
