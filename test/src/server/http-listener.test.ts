import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rawRequest } from '#test/helpers/raw-request.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

describe('src/server/http-listener', () => {
  it.each([
    ['hello\r\n\r\n', 400, 'SRE_SERVER_REQUEST_BROKEN'],
    [
      'POST /decide HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
      400,
      'REQUEST_BROKEN',
    ],
    [
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'SRE_SERVER_HEADERS_TOO_LARGE',
    ],
    ['POST /decide HTTP/1.1\r\nHost: localhost\r\nExpect: a miracle\r\nConnection: close\r\n\r\n', 415, 'CONTENT_TYPE'],
  ])('answers invalid HTTP with a problem and a trace id: %.20j', async (text, status, code) => {
    const reply = await rawRequest(server.url, text)
    expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(reply).toMatch(/^x-trace-id: [0-9a-f]{32}\r$/im)
    expect(reply).toContain(code)
  })
})
