import { connect } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  openSqliteIncidentStore,
  type SqliteIncidentStore,
} from '../../../src/adapters/sqlite/sqlite-incident-store.ts'
import { Decision } from '../../../src/domain/decision.ts'
import type { Health } from '../../../src/domain/health.ts'
import { createIncidentDesk, type IncidentDesk } from '../../../src/incidents/incident-desk.ts'
import { parseSignal, SignalPayload } from '../../../src/intake/parse-signal.ts'
import { createServer } from '../../../src/server/create-server.ts'
import { type HttpListener, listenHttp } from '../../../src/server/http-listener.ts'
import { answerFor } from '../../helpers/answer-for.ts'
import { quietLogger } from '../../helpers/quiet-logger.ts'
import { ScriptedInvestigator } from '../../helpers/scripted-investigator.ts'

let store: SqliteIncidentStore
let investigator: ScriptedInvestigator
let desk: IncidentDesk
let listener: HttpListener
let logger: ReturnType<typeof quietLogger>
let health: Health

beforeEach(async () => {
  store = await openSqliteIncidentStore(':memory:')
  investigator = new ScriptedInvestigator()
  logger = quietLogger()
  let count = 0
  const limits = { concurrent: 1, queued: 1, run_ms: 60_000 }
  desk = createIncidentDesk({
    store,
    investigator,
    logger,
    limits,
    newId: (prefix) => `${prefix}_${++count}`,
    now: Date.now,
  })
  const cluster = { name: 'practice', reachable: true }
  health = { status: 'ok', version: '1.2.3', uptime_seconds: 1, cluster, store: { ok: true }, minds: ['rules'] }
  const server = createServer({
    parse: (body) => parseSignal(body, { now: new Date().toISOString(), clean: (text) => text }),
    payload: SignalPayload,
    desk,
    archive: store,
    workflow: () => investigator.describe(),
    health: () => Promise.resolve(health),
    logger,
    version: '1.2.3',
    web_root: join(import.meta.dirname, '../../../web'),
  })
  listener = await listenHttp(server, '127.0.0.1', 0)
})
afterEach(async () => {
  await listener.close(0)
  await desk.close(0)
  await store.close()
})

const answerAtOnce = () => (investigator.answerWith = (request) => answerFor(request))
const question = { namespace: 'payments', resource_kind: 'Deployment', resource_name: 'gateway' }
const get = (path: string, init?: RequestInit) => fetch(`${listener.url}${path}`, { redirect: 'manual', ...init })
const post = (body: unknown, path = '/decide', headers: Record<string, string> = {}) =>
  get(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

async function problemIn(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({
    status: response.status,
    title: expect.stringMatching(/\w/),
    detail: expect.stringMatching(/\w/),
    trace_id: response.headers.get('x-trace-id'),
  })
  expect(JSON.stringify(body)).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b/)
  return body
}

describe('src/server/create-server', () => {
  it.each(['/decide', '/decision'])('answers a POST to %s with the decision', async (path) => {
    answerAtOnce()
    const response = await post(question, path)
    expect(response.status).toBe(200)
    const decision = Decision.parse(await response.json())
    expect(decision).toMatchObject({ outcome: 'healthy', trace_id: response.headers.get('x-trace-id') })
    expect(response.headers.get('content-location')).toBe(`/api/incidents/${decision.incident_id}`)
  })

  it('shows the same decision under the address of the incident, with where it stands', async () => {
    answerAtOnce()
    const decision = Decision.parse(await (await post(question)).json())
    const response = await get(`/api/incidents/${decision.incident_id}`)
    expect(await response.json()).toMatchObject({ ...decision, status: 'done', incident: { signal_count: 1 } })
  })

  it('honours the trace of the caller', async () => {
    answerAtOnce()
    const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736'
    const response = await post(question, '/decide', { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` })
    expect(response.headers.get('x-trace-id')).toBe(trace_id)
    expect(await response.json()).toMatchObject({ trace_id })
  })

  it('answers 202 at once to who does not wait, and has the decision later', async () => {
    const response = await post(question, '/decide?wait=false')
    expect(response.status).toBe(202)
    const accepted = (await response.json()) as { incident_id: string }
    const address = `/api/incidents/${accepted.incident_id}`
    expect(response.headers.get('location')).toBe(address)
    expect(accepted).toMatchObject({ status: 'queued', joined: false })
    await investigator.begun(1)
    expect(await (await get(address)).json()).toMatchObject({ status: 'running', incident_id: accepted.incident_id })
    const open = investigator.open[0]!
    const decided = desk.wait(accepted.incident_id)
    open.answer.resolve(answerFor(open))
    await decided
    expect(await (await get(address)).json()).toMatchObject({ status: 'done', outcome: 'healthy' })
  })

  it('lets repeats join the incident that is under way', async () => {
    const first = post(question)
    await investigator.begun(1)
    const joined = (await (await post(question, '/decide?wait=false')).json()) as { joined: boolean }
    expect(joined).toMatchObject({ joined: true, incident: { signal_count: 2 } })
    const open = investigator.open[0]!
    open.answer.resolve(answerFor(open))
    expect((await first).status).toBe(200)
    expect(investigator.open).toHaveLength(1)
  })

  it('goes on with what it accepted when the caller hangs up', async () => {
    const ending = new AbortController()
    const hungUp = get('/decide', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal: ending.signal,
    })
    await investigator.begun(1)
    ending.abort()
    await expect(hungUp).rejects.toThrow()
    const open = investigator.open[0]!
    const decided = desk.wait(open.incident.id)
    expect(open.signal.aborted).toBe(false)
    open.answer.resolve(answerFor(open))
    await decided
    expect(await store.get(open.incident.id)).toMatchObject({ status: 'done' })
  })

  it('names each field that cannot be used', async () => {
    const response = await post({ namespace: 'A', resource_kind: '?', resource_name: 'B' })
    expect(response.status).toBe(400)
    const problem = await problemIn(response)
    expect(problem).toMatchObject({ code: 'SRE_INTAKE_INVALID', retry: false })
    const errors = problem['errors'] as { path: string; allowed: string }[]
    expect(errors.map(({ path }) => path)).toEqual(['namespace', 'resource_kind', 'resource_name'])
    expect(errors.every(({ allowed }) => allowed !== '')).toBe(true)
  })

  it.each([
    ['{"namespace": ', 400, 'SRE_SERVER_MALFORMED_JSON'],
    ['', 400, 'SRE_INTAKE_INVALID'],
    ['[]', 400, 'SRE_INTAKE_INVALID'],
    ['"text"', 400, 'SRE_INTAKE_INVALID'],
    ['null', 400, 'SRE_INTAKE_INVALID'],
    [JSON.stringify({ namespace: 'a', pad: 'x'.repeat(1024 * 1024) }), 413, 'SRE_SERVER_BODY_TOO_LARGE'],
  ])('refuses the body %.20s', async (body, status, code) => {
    const response = await post(body)
    expect(response.status).toBe(status)
    expect(await problemIn(response)).toMatchObject({ code })
  })

  it('takes a body of exactly 1 MiB', async () => {
    answerAtOnce()
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
      answerAtOnce()
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
    ['POST', '/health', 'GET, HEAD'],
    ['PUT', '/docs', 'GET, HEAD'],
  ])('refuses %s %s and says what is allowed', async (method, path, allow) => {
    const response = await get(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_METHOD_NOT_ALLOWED' })
  })

  it.each(['/decide?wait=perhaps', '/decide?wait='])('refuses %s', async (path) => {
    const response = await post(question, path)
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_QUERY_INVALID', errors: [{ path: 'wait' }] })
  })

  it('lists the newest incidents, as many as asked for', async () => {
    answerAtOnce()
    for (const name of ['a', 'b', 'c']) await post({ ...question, resource_name: name })
    const list = (await (await get('/api/incidents?limit=2')).json()) as { incidents: { status: string }[] }
    expect(list.incidents).toHaveLength(2)
    expect(list.incidents[0]).toMatchObject({ status: 'done', incident: { resource: { name: 'c' } } })
    for (const limit of ['0', '201', '1.5', 'x']) expect((await get(`/api/incidents?limit=${limit}`)).status).toBe(400)
  })

  it('asks to come back later when too much is waiting', async () => {
    await post({ ...question, resource_name: 'a' }, '/decide?wait=false')
    await post({ ...question, resource_name: 'b' }, '/decide?wait=false')
    const response = await post({ ...question, resource_name: 'c' })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_QUEUE_FULL', retry: true })
  })

  it('names the accepted incident to a caller whose run is cut off by the end of the service', async () => {
    const waiting = post(question)
    await investigator.begun(1)
    const { id } = investigator.open[0]!.incident
    await desk.close(0)
    const response = await waiting
    expect(response.status).toBe(503)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_CLOSING', incident_id: id })
  })

  it('answers 500 without a word of the cause where something unexpected breaks', async () => {
    await store.close()
    const response = await get('/api/incidents')
    expect(response.status).toBe(500)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_INTERNAL' })
    expect(logger.lines.some(({ level }) => level === 'error')).toBe(true)
    store = await openSqliteIncidentStore(':memory:')
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

  it('shows how the service thinks, and how it is', async () => {
    expect(await (await get('/workflow/info')).json()).toEqual(investigator.describe())
    expect(await (await get('/health')).json()).toEqual(health)
    health = { ...health, status: 'degraded' }
    expect((await get('/health')).status).toBe(200)
    health = { ...health, status: 'broken' }
    expect((await get('/health')).status).toBe(503)
  })

  it('describes itself in OpenAPI 3.1, every reference of which resolves', async () => {
    const text = await (await get('/openapi.json')).text()
    const document = JSON.parse(text) as { openapi: string; paths: object; components: { schemas: object } }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual([
      '/decide',
      '/decision',
      '/api/incidents',
      '/api/incidents/{id}',
      '/workflow/info',
      '/health',
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
    answerAtOnce()
    await post({ ...question, event_data: { message: 'hunter2' } })
    const nowhere = await get('/nowhere?token=hunter2')
    expect(nowhere.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/)
    const requests = logger.lines.filter(({ message }) => message === 'request')
    expect(requests.map(({ fields }) => fields)).toMatchObject([
      { method: 'POST', path: '/decide', status: 200 },
      { method: 'GET', path: '/nowhere', status: 404 },
    ])
    expect(JSON.stringify(logger.lines)).not.toContain('hunter2')
  })
})

/** One request, word for word; the whole reply. */
function rawRequest(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(new URL(listener.url).port), '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    socket.on('error', reject)
  })
}
