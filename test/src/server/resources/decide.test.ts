import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CodedError } from '#src/domain/coded-error.ts'
import { Decision } from '#src/domain/decision.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const question = { namespace: 'payments', resource_kind: 'Deployment', resource_name: 'gateway' }

describe('src/server/resources/decide', () => {
  it.each(['/decide', '/decision', '/decide?wait=1'])('answers a POST to %s with the decision', async (path) => {
    const response = await server.post(path, question)
    expect(response.status).toBe(200)
    const decision = Decision.parse(await response.json())
    expect(response.headers.get('content-location')).toBe(`/api/incidents/${decision.incident_id}`)
    expect(server.state.delivered[0]).toMatchObject({
      source: 'decide',
      body: question,
      wants_answer: true,
      caller: 'local',
    })
    expect(server.state.delivered[0]?.trace_id).toBe(response.headers.get('x-trace-id'))
  })

  it('honours the trace of the caller', async () => {
    const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736'
    const headers = { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` }
    const response = await server.post('/decide', question, headers)
    expect(response.headers.get('x-trace-id')).toBe(trace_id)
    expect(server.state.delivered[0]?.trace_id).toBe(trace_id)
  })

  it('answers 202 at once to a caller who does not wait', async () => {
    const response = await server.post('/decide?wait=false', question)
    expect(response.status).toBe(202)
    expect(response.headers.get('location')).toBe('/api/incidents/inc_1')
    expect(await response.json()).toEqual({
      incident_id: 'inc_1',
      trace_id: response.headers.get('x-trace-id'),
      status: 'created',
      joined: false,
      signals: [{ signal_id: 'sig_inc_1', incident_id: 'inc_1', status: 'created', reason: 'a new problem' }],
    })
    expect(server.state.waits).toEqual([])
  })

  it.each(['/decide?wait=perhaps', '/decide?wait=', '/decide?wait=true&wait=false'])('refuses %s', async (path) => {
    const response = await server.post(path, question)
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_QUERY_INVALID', errors: [{ path: 'wait' }] })
    expect(server.state.delivered).toEqual([])
  })

  it('ends the waiting, and nothing else, when the caller disconnects', async () => {
    server.state.decide = () => new Promise(() => undefined)
    const leaving = new AbortController()
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify(question)
    const hungUp = server.call('/decide', { method: 'POST', headers, body, signal: leaving.signal })
    await expect.poll(() => server.state.waits).toHaveLength(1)
    leaving.abort()
    await expect(hungUp).rejects.toThrow()
    await expect.poll(() => server.state.waits[0]?.signal.aborted).toBe(true)
    expect((await server.call('/api/incidents/inc_1')).status).toBe(200)
  })

  it.each([
    ['SRE_INCIDENTS_CLOSING', 503, true],
    ['SRE_INCIDENTS_NO_DECISION', 409, false],
  ])('names the incident that was accepted where there is no decision (%s)', async (code, status, retry) => {
    server.state.decide = () => Promise.reject(new CodedError(code, 'why'))
    const response = await server.post('/decide', question)
    expect(response.status).toBe(status)
    expect(await problemIn(response)).toMatchObject({ code, retry, incident_id: 'inc_1', detail: 'why' })
  })

  it('says why nothing runs where a signal is silenced', async () => {
    const result = { signal_id: 'sig_1', status: 'suppressed' as const, reason: 'silenced by sil_1' }
    server.state.receipt = { kind: 'taken', results: [result] }
    const response = await server.post('/decide', question)
    expect(response.status).toBe(409)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INTAKE_NOT_RUN', signals: [result] })
    expect(await (await server.post('/decide?wait=false', question)).json()).toMatchObject({ status: 'suppressed' })
  })

  it('names every field that cannot be used', async () => {
    const problems = Array.from({ length: 12 }, (_, index) => ({
      path: `f.${index}`,
      problem: 'is bad',
      allowed: 'good',
    }))
    server.state.receipt = { kind: 'invalid', problems }
    const problem = await problemIn(await server.post('/decide', question))
    expect(problem).toMatchObject({ code: 'SRE_INTAKE_INVALID', retry: false, errors: problems })
    expect(problem['detail']).toMatch(/^f\.0: is bad; .*; and 2 more$/)
  })
})
