import { describe, expect, it } from 'vitest'
import type { HttpAnswer, HttpReader, HttpRequest } from '#src/adapters/kubernetes/http-answer.ts'
import { readList } from '#src/adapters/kubernetes/read-list.ts'

const answer = (status: number, body: unknown): HttpAnswer => ({
  kind: 'answer',
  status,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  cut: false,
})
const page = (items: string[], next?: string) =>
  answer(200, { metadata: { resourceVersion: '5', continue: next }, items: items.map((name) => ({ name })) })

/** Answers in order and remembers what was asked. */
function scripted(answers: HttpAnswer[]): HttpReader & { asked: HttpRequest[] } {
  const asked: HttpRequest[] = []
  return {
    asked,
    get: async (request) => {
      asked.push(request)
      return answers[asked.length - 1] ?? answer(500, '')
    },
  }
}

const call = {
  path: '/api/v1/pods',
  query: {},
  subject: { verb: 'list' as const, resource: 'pods', namespace: 'shop' },
  limits: { max_objects: 100, max_bytes: 10_000, timeout_ms: 1_000 },
  page_size: 2,
  project: (raw: unknown) => (raw as { name: string }).name,
}
const signal = new AbortController().signal

describe('src/adapters/kubernetes/read-list', () => {
  it('follows continue tokens to the end', async () => {
    const http = scripted([page(['a', 'b'], 'next'), page(['c'])])
    expect(await readList(http, call, signal)).toMatchObject({
      items: ['a', 'b', 'c'],
      truncated: false,
      requests: 2,
      resource_version: '5',
    })
    expect(http.asked[1]?.query).toMatchObject({ continue: 'next', limit: 2 })
  })

  it('keeps what came before a page that fails, and says that it is not all', async () => {
    const cut: HttpAnswer = { kind: 'problem', problem: 'broken', why: 'the answer broke off in the middle' }
    for (const [failure, why] of [
      [answer(500, 'secret stack trace'), 'the API server answered 500'],
      [cut, 'the answer broke off in the middle'],
      [answer(200, '{"items": ['), 'the answer is not a valid list'],
    ] as const) {
      const result = await readList(scripted([page(['a'], 'next'), failure]), call, signal)
      expect(result).toMatchObject({ status: 'ok', items: ['a'], truncated: true, gap: { why } })
    }
  })

  it('takes an answer that is no list for a failure, never for an empty list', async () => {
    for (const body of ['', 'null', '{}', '[]', '<html>', '{"items":{}}'])
      expect(await readList(scripted([answer(200, body)]), call, signal)).toMatchObject({ status: 'failed' })
  })

  it('takes null items for an empty list, as old servers send them', async () => {
    expect(await readList(scripted([answer(200, '{"items":null}')]), call, signal)).toMatchObject({
      status: 'ok',
      items: [],
      truncated: false,
    })
  })

  it('tells an API that is not served from an empty one', async () => {
    expect(await readList(scripted([answer(404, '404 page not found\n')]), call, signal)).toMatchObject({
      status: 'not_served',
    })
  })

  it('never repeats what a refusal says', async () => {
    const status = { message: 'pods is forbidden: User "alice" with token abc' }
    const result = await readList(scripted([answer(403, status)]), call, signal)
    expect(JSON.stringify(result)).not.toMatch(/alice|token abc/)
    expect(result).toMatchObject({ gap: { needs: 'list on pods in namespace shop' } })
  })
})
