import { describe, expect, it } from 'vitest'
import { startScriptedService } from '#test/helpers/scripted-service.ts'
import { postDecide } from '#src/cli/post-decide.ts'

describe('src/cli/post-decide', () => {
  it('asks /decide unless told another address', async () => {
    await using service = await startScriptedService(() => ({ status: 200, body: { outcome: 'healthy' } }))
    const signal = new AbortController().signal
    const ask = (more: { path?: string }) =>
      postDecide({ url: service.url, body: { a: 1 }, signal, timeoutMs: 5000, ...more })
    expect(await ask({})).toEqual({ status: 200, body: { outcome: 'healthy' } })
    await ask({ path: '/webhook/kubernetes' })
    expect(service.asked).toMatchObject([
      { method: 'POST', path: '/decide', body: { a: 1 } },
      { method: 'POST', path: '/webhook/kubernetes', body: { a: 1 } },
    ])
  })
})
