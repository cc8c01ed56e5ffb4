import { createHash, createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { AccessSettings } from '#src/server/access/authentication.ts'
import type { CheckSignature } from '#src/intake/port.ts'
import { signalSources } from '#src/intake/sources/index.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

const secret = 'the secret of the webhook'
const signatureOf = (body: string) => createHmac('sha256', secret).update(body).digest('hex')
const github: CheckSignature = ({ headers, body, secret: given }) =>
  headers['x-signature'] === createHmac('sha256', given).update(body).digest('hex')
const token = { name: 'ci', role: 'forwarder' as const, sha256: createHash('sha256').update('ci-token').digest('hex') }
const reader = { name: 'eye', role: 'reader' as const, sha256: createHash('sha256').update('eye-token').digest('hex') }

let server: DoubleServer
afterEach(() => server[Symbol.asyncDispose]())

async function start(tokens: AccessSettings['tokens']): Promise<void> {
  const access: AccessSettings = { tokens, webhooks: { github: { secret } } }
  const sources = { ...signalSources, github: { ...signalSources.github, checkSignature: github } }
  server = await startDouble({ access, sources })
}

const body = '{"zen": "  as it came  "}'

describe('src/server/access/webhook-authentication', () => {
  it.each([[[token]], [[]]])(
    'accepts a signed body, as a forwarder named after the source (tokens: %j)',
    async (tokens) => {
      await start(tokens)
      const response = await server.post('/api/signals/github', body, { 'x-signature': signatureOf(body) })
      expect(response.status).toBe(202)
      expect(server.state.delivered[0]).toMatchObject({ caller: 'webhook:github', body: { zen: '  as it came  ' } })
    },
  )

  it.each([[[token]], [[]]])(
    'refuses an unsigned or wrongly signed body before it is parsed (tokens: %j)',
    async (tokens) => {
      await start(tokens)
      const wrong = { 'x-signature': signatureOf(`${body} `) }
      const attempts = [
        await server.post('/api/signals/github', body, wrong),
        await server.post('/api/signals/github', body),
        await server.post('/api/signals/github', 'no JSON', wrong),
        await server.post('/api/signals/github', '', { 'content-type': 'application/json' }),
        await server.call('/api/signals/github', { method: 'POST', headers: { 'content-type': 'application/json' } }),
      ]
      for (const response of attempts) {
        expect(response.status).toBe(401)
        expect(await problemIn(response)).toMatchObject({ code: 'SRE_ACCESS_UNAUTHENTICATED' })
      }
      expect(server.state.delivered).toEqual([])
    },
  )

  it('accepts a token with the right to deliver signals in place of a signature', async () => {
    await start([token, reader])
    const send = (authorization: string) => server.post('/api/signals/github', body, { authorization })
    expect((await send('Bearer ci-token')).status).toBe(202)
    expect(server.state.delivered[0]?.caller).toBe('ci')
    expect((await send('Bearer eye-token')).status).toBe(403)
    expect((await send('Bearer wrong')).status).toBe(401)
  })

  it('accepts a signature only at the address of its source', async () => {
    await start([token])
    const headers = { 'x-signature': signatureOf(body) }
    expect((await server.post('/webhook/generic', body, headers)).status).toBe(401)
    expect((await server.post('/decide?wait=false', body, headers)).status).toBe(401)
  })

  it('counts wrong signatures as wrong tokens', async () => {
    await start([token])
    const wrong = { 'x-signature': 'x' }
    for (let count = 0; count < 30; count++) await server.post('/api/signals/github', body, wrong)
    expect((await server.post('/api/signals/github', body, wrong)).status).toBe(429)
    expect((await server.post('/api/signals/github', body, { 'x-signature': signatureOf(body) })).status).toBe(202)
  })
})
