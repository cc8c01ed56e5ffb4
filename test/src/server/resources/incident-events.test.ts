import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TimelineKind } from '#src/domain/timeline.ts'
import { buildRecord, type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
  server.state.records.set('inc_1', buildRecord('inc_1', { status: 'running' }))
})
afterEach(() => server[Symbol.asyncDispose]())

function addLine(seq: number, kind: TimelineKind): void {
  server.state.lines.push({ incident_id: 'inc_1', seq, at: '2026-11-21T08:00:00.000Z', kind, text: `line ${seq}` })
}

const listen = (headers: Record<string, string> = {}, query = '') =>
  server.call(`/api/incidents/inc_1/events${query}`, { headers })

/** Reads until the text holds it. */
async function readUntil(response: Response, wanted: string): Promise<string> {
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.includes(wanted)) break
  }
  return text
}

describe('src/server/resources/incident-events', () => {
  it('sends each line once, as it is added, and ends with the incident', async () => {
    addLine(1, 'opened')
    const response = await listen()
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toContain('no-store')
    setTimeout(() => {
      addLine(2, 'decided')
      addLine(3, 'closed')
      server.state.records.set('inc_1', buildRecord('inc_1', { status: 'closed' }))
    }, 100)
    const text = await response.text()
    expect([...text.matchAll(/^id: (\d+)$/gm)].map((match) => match[1])).toEqual(['1', '2', '3'])
    expect([...text.matchAll(/^event: (\w+)$/gm)].map((match) => match[1])).toEqual([
      'opened',
      'decided',
      'closed',
      'end',
    ])
    expect(text).toContain('"text":"line 2"')
  })

  it.each([
    [{ 'last-event-id': '2' }, ''],
    [{}, '?after=2'],
    [{ 'last-event-id': '2' }, '?after=1'],
  ])('resumes behind %j %s', async (headers, query) => {
    for (const seq of [1, 2, 3]) addLine(seq, 'step')
    server.state.records.set('inc_1', buildRecord('inc_1', { status: 'closed' }))
    const text = await (await listen(headers, query)).text()
    expect([...text.matchAll(/^id: (\d+)$/gm)].map((match) => match[1])).toEqual(['3'])
  })

  it('answers 204 to a client that has received everything of a closed incident', async () => {
    addLine(1, 'closed')
    server.state.records.set('inc_1', buildRecord('inc_1', { status: 'closed' }))
    expect((await listen({ 'last-event-id': '1' })).status).toBe(204)
  })

  it('sends more than one page of history', async () => {
    for (let seq = 1; seq <= 250; seq++) addLine(seq, 'joined')
    server.state.records.set('inc_1', buildRecord('inc_1', { status: 'expired' }))
    const text = await (await listen()).text()
    expect(text.match(/^id: /gm)).toHaveLength(250)
  })

  it('ends when the service stops, without an end event: there is more to come', async () => {
    addLine(1, 'opened')
    const response = await listen()
    setTimeout(() => server.state.stopping.abort(), 50)
    const text = await response.text()
    expect(text).toContain('event: opened')
    expect(text).not.toContain('event: end')
  })

  it.each(['x', '-1', '1.5', ''])('refuses the Last-Event-ID %j', async (id) => {
    expect((await listen({}, `?after=${id}`)).status).toBe(400)
  })

  it('answers HEAD without a stream, and 404 for what is not there', async () => {
    expect((await server.call('/api/incidents/inc_1/events', { method: 'HEAD' })).status).toBe(200)
    expect((await server.call('/api/incidents/inc_2/events')).status).toBe(404)
  })

  it('limits the open streams of one caller, and frees those that were closed', async () => {
    const limits = {
      signals_per_minute: 0,
      requests_per_minute: 0,
      auth_failures_per_minute: 30,
      streams: 200,
      streams_per_caller: 2,
    }
    await using small = await startDouble({ limits })
    small.state.records.set('inc_1', buildRecord('inc_1', { status: 'running' }))
    const path = '/api/incidents/inc_1/events'
    const leaving = new AbortController()
    await small.call(path, { signal: leaving.signal })
    const second = await small.call(path)
    const third = await small.call(path)
    expect(third.status).toBe(429)
    expect(await third.json()).toMatchObject({ code: 'SRE_SERVER_STREAMS_FULL', retry: true })
    leaving.abort()
    await expect
      .poll(async () => {
        const response = await small.call(path)
        await response.body?.cancel()
        return response.status
      })
      .toBe(200)
    await second.body?.cancel()
  })

  it('serves a client that reads line by line', async () => {
    addLine(1, 'opened')
    const response = await listen()
    expect(await readUntil(response, 'line 1')).toContain('event: opened')
  })
})
