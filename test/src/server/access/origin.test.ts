import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rawRequest } from '#test/helpers/raw-request.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const question = { namespace: 'payments', resource_kind: 'Deployment', resource_name: 'gateway' }
const post = (body: unknown, path = '/decide', headers: Record<string, string> = {}) => server.post(path, body, headers)

describe('src/server/access/origin', () => {
  it.each([
    [{ origin: 'https://attacker.example' }, 403, { code: 'SRE_SERVER_ORIGIN_REFUSED' }],
    [{ 'sec-fetch-site': 'cross-site' }, 403, { code: 'SRE_SERVER_ORIGIN_REFUSED' }],
    [{ 'sec-fetch-site': 'same-site' }, 403, { code: 'SRE_SERVER_ORIGIN_REFUSED' }],
    [{ 'sec-fetch-site': 'same-origin' }, 200, { outcome: expect.any(String) }],
    [{}, 200, { outcome: expect.any(String) }],
  ])('answers a change with the headers %j with %i', async (headers, status, body) => {
    const response = await post(question, '/decide', headers)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject(body)
  })

  it('refuses a Host that names another machine', async () => {
    const reply = await rawRequest(
      server.url,
      'GET /health HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n',
    )
    expect(reply).toMatch(/^HTTP\/1\.1 403 /)
    expect(reply).toContain('SRE_SERVER_HOST_REFUSED')
    expect(
      await rawRequest(server.url, 'GET /health HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n'),
    ).toMatch(/ 200 /)
  })
})
