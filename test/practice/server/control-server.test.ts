import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

describe('practice/server/control-server', () => {
  let practice: Practice

  beforeAll(async () => {
    practice = await startPractice({ synthetic: { pods: 2 } })
  })
  afterAll(() => practice.stop())

  const post = (route: string, body: string, type = 'application/json') =>
    fetch(`${practice.control_url}/_practice/${route}`, { method: 'POST', body, headers: { 'content-type': type } })

  it('is plain HTTP on loopback, apart from the cluster', () => {
    expect(practice.control_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(practice.control_url).not.toContain(new URL(practice.url).port)
  })

  it('lists faults and clears one or all of them', async () => {
    const first = await practice.control.fault({ kind: '500' })
    const second = await practice.control.fault({ kind: 'hang', resource: 'pods' })
    expect((await practice.control.faults()).map(({ id }) => id)).toEqual([first.id, second.id])
    await fetch(`${practice.control_url}/_practice/faults/${first.id}`, { method: 'DELETE' })
    expect((await practice.control.faults()).map(({ id }) => id)).toEqual([second.id])
    await practice.control.clear()
    expect(await practice.control.faults()).toEqual([])
  })

  it.each([
    ['faults', '{', 400],
    ['faults', '[]', 400],
    ['events', '{"namespace":"synthetic"}', 400],
    ['events', '{"namespace":"elsewhere","name":"x"}', 400],
    ['objects', '{"type":"ADDED"}', 400],
    ['objects', '{"type":"MOVED","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}}', 400],
    ['nothing', '{}', 404],
  ])('refuses %s with %s', async (route, body, code) => {
    const answer = await post(route, body)
    expect(answer.status).toBe(code)
    expect(await answer.json()).toHaveProperty('error')
  })

  it('takes JSON only, which no web page can send it unasked', async () => {
    expect((await post('faults', '{"kind":"500"}', 'text/plain')).status).toBe(415)
    expect(await practice.control.faults()).toEqual([])
  })
})
