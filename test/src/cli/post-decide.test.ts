import { describe, expect, it } from 'vitest'
import { startScriptedService } from '../../helpers/scripted-service.ts'
import { describeFailure, describeRefusal, postDecide } from '../../../src/cli/post-decide.ts'

const never = new AbortController().signal

describe('src/cli/post-decide', () => {
  it('asks /decide unless told another address, and says who asks where it has a token', async () => {
    await using service = await startScriptedService(() => ({ status: 200, body: { outcome: 'healthy' } }))
    const ask = (more: { path?: string; token?: string }) =>
      postDecide({ url: service.url, body: { a: 1 }, signal: never, timeoutMs: 5000, ...more })
    expect(await ask({})).toEqual({ status: 200, body: { outcome: 'healthy' } })
    await ask({ path: '/webhook/kubernetes', token: 'abc' })
    expect(service.asked).toMatchObject([
      { path: '/decide', body: { a: 1 } },
      { path: '/webhook/kubernetes', body: { a: 1 } },
    ])
    expect(service.asked.map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer abc'])
  })

  it('hands on how long a busy service asks to wait', async () => {
    await using service = await startScriptedService(() => ({ status: 429, headers: { 'retry-after': '7' } }))
    const answer = await postDecide({ url: service.url, body: {}, signal: never, timeoutMs: 5000 })
    expect(answer).toMatchObject({ status: 429, retryAfter: 7 })
  })

  it('gives no body where it is no JSON', async () => {
    await using service = await startScriptedService(() => ({ status: 502, body: '<html>' }))
    const answer = await postDecide({ url: service.url, body: {}, signal: never, timeoutMs: 5000 })
    expect(answer).toEqual({ status: 502, body: undefined })
  })

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort()
    await expect(postDecide({ url: 'http://127.0.0.1:9', body: {}, signal, timeoutMs: 5000 })).rejects.toThrow(
      'aborted',
    )
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
