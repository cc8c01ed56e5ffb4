import { describe, expect, it } from 'vitest'
import { startScriptedService } from '../../helpers/scripted-service.ts'
import { describeFailure, describeRefusal, postDecide } from '../../../src/cli/post-decide.ts'

const never = new AbortController().signal

describe('src/cli/post-decide', () => {
  it('waits for the decision unless it is told not to', async () => {
    await using service = await startScriptedService(() => ({ status: 200, body: { outcome: 'healthy' } }))
    const ask = (wait?: boolean) =>
      postDecide({ url: service.url, body: { a: 1 }, wait, signal: never, timeoutMs: 5000 })
    expect(await ask()).toEqual({ status: 200, body: { outcome: 'healthy' } })
    await ask(false)
    expect(service.asked).toEqual([
      { path: '/decide', body: { a: 1 } },
      { path: '/decide?wait=false', body: { a: 1 } },
    ])
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
