import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const question = { namespace: 'payments', resource_kind: 'Deployment', resource_name: 'gateway' }
const get = (path: string, init?: RequestInit) => server.call(path, init)
const post = (body: unknown, path = '/decide', headers: Record<string, string> = {}) => server.post(path, body, headers)

describe('src/server/request-input', () => {
  it.each([
    ['{"namespace": ', 400, 'SRE_SERVER_MALFORMED_JSON'],
    [JSON.stringify({ namespace: 'a', pad: 'x'.repeat(1024 * 1024) }), 413, 'SRE_SERVER_BODY_TOO_LARGE'],
  ])('refuses the body %.20s', async (body, status, code) => {
    const response = await post(body)
    expect(response.status).toBe(status)
    expect(await problemIn(response)).toMatchObject({ code })
  })

  it('accepts a body of exactly 1 MiB', async () => {
    const frame = JSON.stringify({ ...question, pad: '' })
    const body = JSON.stringify({ ...question, pad: 'x'.repeat(1024 * 1024 - frame.length) })
    expect(body).toHaveLength(1024 * 1024)
    expect((await post(body)).status).toBe(200)
  })

  it('measures a compressed body by its decompressed size', async () => {
    const body = gzipSync(JSON.stringify({ namespace: 'a', pad: 'x'.repeat(8 * 1024 * 1024) }))
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    expect((await get('/decide', { method: 'POST', headers, body })).status).toBe(413)
    const broken = await get('/decide', { method: 'POST', headers, body: 'no gzip' })
    expect(broken.status).toBe(400)
    expect(await problemIn(broken)).toMatchObject({ code: 'SRE_SERVER_BODY_BROKEN' })
  })

  it.each([
    ['text/plain', undefined],
    ['application/x-www-form-urlencoded', undefined],
    ['application/jsonp', undefined],
    ['application/json; charset=latin1', undefined],
    ['application/json', 'compress'],
  ])('refuses a body declared as %s %s', async (type, encoding) => {
    const headers = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) }
    const response = await get('/decide', { method: 'POST', headers, body: '{}' })
    expect(response.status).toBe(415)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_CONTENT_TYPE' })
  })

  it.each(['application/json; charset=utf-8', 'application/cloudevents+json', 'Application/JSON'])(
    'accepts a body declared as %s',
    async (type) => {
      expect((await post(question, '/decide', { 'content-type': type })).status).toBe(200)
    },
  )
})
