import { describe, expect, it } from 'vitest'
import { startScriptedService } from '#test/helpers/scripted-service.ts'
import {
  callService,
  describeFailure,
  describeRefusal,
  postDecide,
  type ServiceRequest,
  type ServiceResponse,
} from '#src/cli/call-service.ts'

const never = new AbortController().signal

function call(url: string, more: Partial<ServiceRequest> = {}): Promise<ServiceResponse> {
  return callService({ url, method: 'POST', path: '/decide', body: {}, signal: never, timeoutMs: 5000, ...more })
}

describe('src/cli/call-service', () => {
  it('posts a body, gets without one, and says who asks where it has a token', async () => {
    await using service = await startScriptedService(() => ({ status: 200, body: { b: 2 } }))
    expect(await call(service.url, { body: { a: 1 } })).toEqual({ status: 200, body: { b: 2 } })
    await call(service.url, { method: 'GET', path: '/api/approvals?limit=1', token: 'abc' })
    expect(service.asked).toEqual([
      { method: 'POST', path: '/decide', body: { a: 1 }, authorization: undefined },
      { method: 'GET', path: '/api/approvals?limit=1', body: undefined, authorization: 'Bearer abc' },
    ])
  })

  it('posts to /decide unless another path is given', async () => {
    await using service = await startScriptedService(() => ({ status: 200, body: { outcome: 'healthy' } }))
    const post = (more: { path?: string }) =>
      postDecide({ url: service.url, body: { a: 1 }, signal: never, timeoutMs: 5000, ...more })
    expect(await post({})).toEqual({ status: 200, body: { outcome: 'healthy' } })
    await post({ path: '/webhook/kubernetes' })
    expect(service.asked).toMatchObject([
      { method: 'POST', path: '/decide', body: { a: 1 } },
      { method: 'POST', path: '/webhook/kubernetes', body: { a: 1 } },
    ])
  })

  it.each(['two words', 'a\nb', 'schlüssel'])('does not repeat the token %j that no header can hold', async (token) => {
    await using service = await startScriptedService(() => ({ status: 200 }))
    const failure = await call(service.url, { token }).catch(describeFailure)
    expect(failure).toBe('SRE_AGENT_TOKEN contains a blank or another character that no token has')
    expect(service.asked).toEqual([])
  })

  it('hands on how long a busy service asks to wait', async () => {
    await using service = await startScriptedService(() => ({ status: 429, headers: { 'retry-after': '7' } }))
    expect(await call(service.url)).toMatchObject({ status: 429, retryAfter: 7 })
  })

  it('gives no body where it is no JSON', async () => {
    await using service = await startScriptedService(() => ({ status: 502, body: '<html>' }))
    expect(await call(service.url)).toEqual({ status: 502, body: undefined })
  })

  it('ends when it is told to', async () => {
    await expect(call('http://127.0.0.1:9', { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })

  it.each<[unknown, string]>([
    [{ title: 'Bad input', detail: 'name', code: 'SRE_X' }, 'HTTP 400: Bad input: name: SRE_X'],
    [{ title: 5 }, 'HTTP 400'],
    [undefined, 'HTTP 400'],
    ['text', 'HTTP 400'],
  ])('describes the refusal %j', (body, line) => {
    expect(describeRefusal({ status: 400, body })).toBe(line)
  })

  it.each<[unknown, string]>([
    [new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') }), 'fetch failed: connect ECONNREFUSED'],
    [new Error('it broke: no room', { cause: new Error('no room') }), 'it broke: no room'],
    [new Error('alone'), 'alone'],
    ['text', 'text'],
  ])('describes the failure %s', (error, line) => {
    expect(describeFailure(error)).toBe(line)
  })
})
