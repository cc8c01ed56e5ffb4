import { describe, expect, it } from 'vitest'
import type { LogAnswer, LogRequest } from '#tools/logs/log-source.ts'
import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import { createToolRegistry } from '#tools/registry.ts'

const input = { namespace: 'shop', pod: 'api-0', container: 'main' }

function toolWith(answer: LogAnswer, asked: LogRequest[] = []) {
  return createQueryLogsTool({
    name: 'test',
    async read(request) {
      asked.push(request)
      return answer
    },
  })
}

const call = (tool: ReturnType<typeof createQueryLogsTool>, question: unknown = input) =>
  createToolRegistry().register(tool).call('query_logs', question, new AbortController().signal)

describe('tools/logs/query-logs', () => {
  it('asks for a bounded number of lines and bytes', async () => {
    const asked: LogRequest[] = []
    await call(toolWith({ status: 'read', lines: [{ text: 'x' }], truncated: false }, asked))
    expect(asked[0]).toMatchObject({ ...input, previous: false, tail_lines: 300, limit_bytes: 120_000 })
  })

  it.each([{ ...input, tail_lines: 1e6 }, { ...input, pod: '' }, {}])('refuses %j', async (question) => {
    expect((await call(toolWith({ status: 'empty', why: '' }), question)).status).toBe('refused')
  })

  it('masks secrets and strips hostile characters where lines enter', async () => {
    const text = 'login with password=hunter2hunter2 \u001b[31m\u202eat once'
    const answer = await call(toolWith({ status: 'read', lines: [{ text }], truncated: false }))
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|\\u202e|\\u001b/)
  })

  it('cites nothing by itself', async () => {
    const answer = await call(toolWith({ status: 'read', lines: [{ text: 'ERROR x' }], truncated: false }))
    expect(answer).toMatchObject({ status: 'done', evidence: [], gaps: [] })
  })

  it("takes the kubelet's excuse for an empty log, not for a line", async () => {
    const text = 'unable to retrieve container logs for containerd://57a01f70e9af'
    const answer = await call(toolWith({ status: 'read', lines: [{ text }], truncated: false }))
    expect(answer).toMatchObject({ output: { status: 'empty', why: 'the node no longer holds this log' } })
  })

  it('makes a gap of a failed read', async () => {
    const gap = { what: 'the log', why: '403 Forbidden', needs: 'get on pods/log' }
    expect(await call(toolWith({ status: 'failed', gap }))).toMatchObject({ status: 'done', gaps: [gap] })
  })

  it('makes a gap of a missing log source', async () => {
    const answer = await call(createQueryLogsTool(undefined))
    expect(answer).toMatchObject({ gaps: [{ why: 'no log source is configured' }] })
  })
})
