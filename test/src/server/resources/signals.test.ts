import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { signalSources } from '#src/intake/sources/index.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const addresses = Object.entries(signalSources)
  .filter(([name]) => name !== 'decide')
  .map(([name, { path }]) => [path, name] as const)

describe('src/server/resources/signals', () => {
  it.each(addresses)('delivers what %s receives as the source %s', async (path, source) => {
    const response = await server.post(path, { a: 1 }, { 'x-github-event': 'push', cookie: 'a=b' })
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({
      signals: [{ signal_id: 'sig_inc_1', incident_id: 'inc_1', status: 'created', reason: 'a new problem' }],
      trace_id: response.headers.get('x-trace-id'),
    })
    expect(server.state.delivered).toMatchObject([
      { source, body: { a: 1 }, headers: { 'x-github-event': 'push' }, wants_answer: source === 'issues' },
    ])
    expect(server.state.delivered[0]?.headers).not.toHaveProperty('cookie')
  })

  it('serves and describes a source that was added to the table alone', async () => {
    const pager = {
      path: '/webhook/pager' as const,
      summary: 'Pages of an example',
      example: { text: 'help' },
      payload: z.object({ text: z.string() }).meta({ title: 'A page' }),
      maxMebibytes: 0.001,
      acceptsForms: true as const,
      acceptsQueryToken: true as const,
      wantsAnswer: true as const,
      checkSignature: () => true,
      read: () => ({ drafts: [] }),
    }
    const access = { tokens: [], webhooks: { pager: { secret: 'of the pager' } } }
    const sources = { ...signalSources, pager }
    await using other = await startDouble({ access, sources })
    expect((await other.post(pager.path, { text: 'help' })).status).toBe(202)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await other.post(pager.path, 'text=help', form)).status).toBe(202)
    expect((await other.post(pager.path, { text: 'x'.repeat(2000) })).status).toBe(413)
    expect(other.state.delivered).toMatchObject([
      { source: 'pager', body: { text: 'help' }, wants_answer: true, caller: 'webhook:pager' },
      { source: 'pager', body: { text: 'help' }, wants_answer: true },
    ])
    const document = await (await other.call('/openapi.json')).json()
    expect(document).toMatchObject({
      paths: {
        '/webhook/pager': {
          post: {
            operationId: 'take_pager',
            tags: ['signals'],
            summary: 'Pages of an example',
            parameters: [{ in: 'query', name: 'auth_token' }],
            requestBody: {
              content: {
                'application/json': { schema: { title: 'A page', required: ['text'] }, example: pager.example },
              },
            },
          },
        },
      },
    })
  })

  it('accepts batches of up to 5 MiB, and an issue of up to 1 MiB', async () => {
    const text = 'x'.repeat(4 * 1024 * 1024)
    expect((await server.post('/webhook/alertmanager', { text })).status).toBe(202)
    expect((await server.post('/webhook/alertmanager', { text: text + text })).status).toBe(413)
    expect((await server.post('/api/issues', { text })).status).toBe(413)
  })

  it('accepts a slash command as Slack sends it, and forms from no other sender', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await server.post('/api/signals/slack', 'command=%2Fsre&text=payments', form)).status).toBe(202)
    expect(server.state.delivered[0]?.body).toEqual({ command: '/sre', text: 'payments' })
    const many = Array.from({ length: 200 }, (_, index) => `f${index}=1`).join('&')
    expect((await server.post('/api/signals/slack', many, form)).status).toBe(413)
    expect((await server.post('/webhook/generic', 'a=b', form)).status).toBe(415)
  })

  it('answers a handshake with what the sender expects', async () => {
    server.state.receipt = { kind: 'reply', body: { challenge: 'abc' } }
    const response = await server.post('/api/signals/slack', { type: 'url_verification', challenge: 'abc' })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ challenge: 'abc' })
  })

  it('refuses a batch as a whole, with the errors of every item', async () => {
    const problems = ['alerts.0.labels', 'alerts.3.labels'].map((path) => ({
      path,
      problem: 'is missing',
      allowed: 'x',
    }))
    server.state.receipt = { kind: 'invalid', problems }
    const response = await server.post('/webhook/alertmanager', {})
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INTAKE_INVALID', errors: problems })
  })

  it('says to send again what was not accepted', async () => {
    const results = [{ signal_id: 's', status: 'refused' as const, reason: 'too full' }]
    server.state.receipt = { kind: 'taken', results }
    const response = await server.post('/webhook/alertmanager', {})
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INTAKE_REFUSED', retry: true, signals: results })
  })
})
