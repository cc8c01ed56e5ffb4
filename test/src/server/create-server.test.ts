import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
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

describe('src/server/create-server', () => {
  it.each([
    ['{"namespace": ', 400, 'SRE_SERVER_MALFORMED_JSON'],
    [JSON.stringify({ namespace: 'a', pad: 'x'.repeat(1024 * 1024) }), 413, 'SRE_SERVER_BODY_TOO_LARGE'],
  ])('refuses the body %.20s', async (body, status, code) => {
    const response = await post(body)
    expect(response.status).toBe(status)
    expect(await problemIn(response)).toMatchObject({ code })
  })

  it('takes a body of exactly 1 MiB', async () => {
    const frame = JSON.stringify({ ...question, pad: '' })
    const body = JSON.stringify({ ...question, pad: 'x'.repeat(1024 * 1024 - frame.length) })
    expect(body).toHaveLength(1024 * 1024)
    expect((await post(body)).status).toBe(200)
  })

  it('measures a compressed body by what comes out of it', async () => {
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
    'takes a body declared as %s',
    async (type) => {
      expect((await post(question, '/decide', { 'content-type': type })).status).toBe(200)
    },
  )

  it.each(['/nowhere', '/api', '/api/incidents/a/b', '/docs/..%2fdocs.js', '/docs/index.html'])(
    'knows no %s',
    async (path) => {
      const response = await get(path)
      expect(response.status).toBe(404)
      expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_ROUTE_UNKNOWN' })
    },
  )

  it('answers 400 to an address that cannot be decoded', async () => {
    const response = await get('/api/incidents/%E0%A4%A')
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_REQUEST_BROKEN' })
  })

  it('says that there is no such incident', async () => {
    const response = await get('/api/incidents/inc_none')
    expect(response.status).toBe(404)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_UNKNOWN' })
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
  ])('refuses %s %s and says what is allowed', async (method, path, allow) => {
    const response = await get(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_METHOD_NOT_ALLOWED' })
  })

  it('answers 500 without a word of the cause where something unexpected breaks', async () => {
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

  it('asks to come back where the store is away, and names the incident that was accepted', async () => {
    server.state.decide = () => Promise.reject(new Error('connection to db.internal refused'))
    const response = await post(question)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    const problem = await problemIn(response)
    expect(problem).toMatchObject({ code: 'SRE_INCIDENTS_STORE_FAILED', retry: true, incident_id: 'inc_1' })
    expect(JSON.stringify(problem)).not.toContain('db.internal')
  })

  it('says when to come back where the store is away', async () => {
    await using away = await startDouble({
      intake: { receive: () => Promise.reject(new CodedError('SRE_INCIDENTS_STORE_FAILED', 'the store is away')) },
    })
    const response = await away.post('/decide', question)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_STORE_FAILED', retry: true })
  })

  it('takes nothing more while it stops, and still shows what it knows', async () => {
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

  it.each([
    [{ origin: 'https://attacker.example' }, 403, { code: 'SRE_SERVER_ORIGIN_REFUSED' }],
    [{ 'sec-fetch-site': 'cross-site' }, 403, { code: 'SRE_SERVER_ORIGIN_REFUSED' }],
    [{ 'sec-fetch-site': 'same-site' }, 403, { code: 'SRE_SERVER_ORIGIN_REFUSED' }],
    [{ 'sec-fetch-site': 'same-origin' }, 200, { outcome: expect.any(String) }],
    [{}, 200, { outcome: expect.any(String) }],
  ])('takes a change with the headers %j with %i', async (headers, status, body) => {
    const response = await post(question, '/decide', headers)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject(body)
  })

  it('refuses a Host of another machine', async () => {
    const reply = await rawRequest('GET /health HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n')
    expect(reply).toMatch(/^HTTP\/1\.1 403 /)
    expect(reply).toContain('SRE_SERVER_HOST_REFUSED')
    expect(await rawRequest('GET /health HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n')).toMatch(/ 200 /)
  })

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
  ])('answers what is hardly HTTP with a problem and a trace id, too: %.20j', async (text, status, code) => {
    const reply = await rawRequest(text)
    expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(reply).toMatch(/^x-trace-id: [0-9a-f]{32}\r$/im)
    expect(reply).toContain(code)
  })

  it('describes itself in OpenAPI 3.1, every reference of which resolves', async () => {
    const text = await (await get('/openapi.json')).text()
    const document = JSON.parse(text) as { openapi: string; paths: object; components: { schemas: object } }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual([
      '/decide',
      '/decision',
      '/webhook/alertmanager',
      '/webhook/gcp',
      '/webhook/datadog',
      '/webhook/newrelic',
      '/webhook/grafana',
      '/webhook/pagerduty',
      '/webhook/generic',
      '/webhook/kubernetes',
      '/api/signals/logs',
      '/api/signals/slack',
      '/api/signals/github',
      '/api/issues',
      '/api/incidents',
      '/api/incidents/{id}',
      '/api/incidents/{id}/signals',
      '/api/incidents/{id}/events',
      '/api/incidents/{id}/rerun',
      '/api/incidents/{id}/requeue',
      '/api/incidents/{id}/close',
      '/api/incidents/{id}/feedback',
      '/api/approvals',
      '/api/approvals/{id}',
      '/api/approvals/{id}/approve',
      '/api/approvals/{id}/reject',
      '/api/executions',
      '/api/executions/{id}',
      '/api/executions/{id}/end',
      '/api/incidents/{id}/executions',
      '/alerts',
      '/alerts/queue',
      '/api/silences',
      '/api/silences/{id}',
      '/api/audit',
      '/api/catalogue',
      '/api/catalogue/{kind}/{name}',
      '/workflow/info',
      '/health',
      '/ready',
    ])
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1])
    expect(references).toContain('Decision')
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...new Set(references)]))
  })

  it('serves its reference from its own files, under a policy that allows nothing else', async () => {
    const page = await get('/docs')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const html = await page.text()
    const linked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string)
    expect(linked).toContain('/docs/docs.js')
    for (const address of linked) {
      expect(address).toMatch(/^\//)
      expect((await get(address)).status).toBe(200)
    }
    expect(html).not.toMatch(/<style|<script>|onclick=/)
  })

  it.each(['/redoc', '/'])('leads from %s to the reference', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/docs')
  })

  it('gives every answer a trace id and a line in the log, without bodies', async () => {
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

/** One request, word for word; the whole reply. */
function rawRequest(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    socket.on('error', reject)
  })
}
