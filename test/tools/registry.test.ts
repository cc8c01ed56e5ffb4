import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createToolRegistry } from '#tools/registry.ts'
import type { Tool } from '#tools/tool.ts'

const echo: Tool<{ text: string }, string> = {
  name: 'echo',
  description: 'Says it again.',
  effect: 'read',
  input: z.object({ text: z.string() }),
  timeout_ms: 1000,
  run: async ({ text }) => ({ output: text, evidence: [], gaps: [] }),
}
const open = new AbortController().signal

describe('tools/registry', () => {
  it('refuses a second tool of the same name', () => {
    expect(() => createToolRegistry().register(echo).register(echo)).toThrow(/echo is registered already/)
  })

  it('answers with what the tool returns', async () => {
    const answer = await createToolRegistry().register(echo).call('echo', { text: 'hello' }, open)
    expect(answer).toMatchObject({ status: 'done', output: 'hello' })
  })

  it('refuses an unknown tool and input that does not fit, with the reason', async () => {
    const registry = createToolRegistry().register(echo)
    expect(await registry.call('shout', {}, open)).toMatchObject({
      status: 'refused',
      gap: { why: 'there is no such tool' },
    })
    const answer = await registry.call('echo', { text: 5 }, open)
    expect(answer).toMatchObject({ status: 'refused' })
    expect(JSON.stringify(answer)).toContain('text')
  })

  it('turns an exception into a failure', async () => {
    const broken = { ...echo, run: () => Promise.reject(new Error('the wire broke')) }
    const answer = await createToolRegistry().register(broken).call('echo', { text: '' }, open)
    expect(answer).toMatchObject({ status: 'failed', gap: { why: 'the wire broke' } })
  })

  it('ends a tool that does not listen, when its time is up', async () => {
    const deaf = { ...echo, timeout_ms: 5, run: () => new Promise<never>(() => undefined) }
    const answer = await createToolRegistry().register(deaf).call('echo', { text: '' }, open)
    expect(answer).toMatchObject({ status: 'failed', gap: { why: 'timed out after 5 ms' } })
  })

  it('ends with the run', async () => {
    const run = new AbortController()
    const deaf = { ...echo, run: () => new Promise<never>(() => undefined) }
    const answer = createToolRegistry().register(deaf).call('echo', { text: '' }, run.signal)
    run.abort()
    expect(await answer).toMatchObject({ status: 'failed', gap: { why: 'the time of the investigation was up' } })
  })

  it('never runs a tool that would write: it answers with a proposal', async () => {
    let written = false
    const write: Tool<{ text: string }, string> = {
      ...echo,
      effect: 'write',
      async run() {
        written = true
        return { output: '', evidence: [], gaps: [] }
      },
    }
    const answer = await createToolRegistry().register(write).call('echo', { text: 'x' }, open)
    expect(answer).toEqual({ status: 'proposed', proposal: { tool: 'echo', input: { text: 'x' } } })
    expect(written).toBe(false)
  })

  it('describes its tools with the schema of their input', () => {
    expect(createToolRegistry().register(echo).describe()).toMatchObject([
      { name: 'echo', effect: 'read', timeout_ms: 1000, input: { properties: { text: { type: 'string' } } } },
    ])
  })
})
