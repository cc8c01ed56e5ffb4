import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemIn } from '#test/helpers/problem-in.ts'
import { buildRecord, type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
  server.state.records.set('inc_1', buildRecord('inc_1'))
})
afterEach(() => server[Symbol.asyncDispose]())

const acts = () => server.state.audit.map(({ action, target, actor }) => [action, target, actor])

describe('src/server/resources/incidents', () => {
  it.each(['rerun', 'requeue'])(
    'queues for %s, without a body or with an empty one, and writes down who did it',
    async (verb) => {
      for (const body of [undefined, {}]) {
        const response = await server.post(`/api/incidents/inc_1/${verb}`, body)
        expect(response.status).toBe(202)
        expect(await response.json()).toMatchObject({ incident_id: 'inc_1', status: 'queued' })
      }
      expect(acts()).toEqual([1, 2].map(() => [`incident.${verb}`, 'inc_1', 'local']))
    },
  )

  it('closes with a reason', async () => {
    const response = await server.post('/api/incidents/inc_1/close', { reason: '  rolled back  ' })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ status: 'closed' })
    expect(server.state.audit).toMatchObject([{ action: 'incident.close', detail: { reason: 'rolled back' } }])
  })

  it.each([[{ reason: '' }], [{ reason: 5 }], [{ why: 'x' }], [[]], ['text'], [{ reason: 'a\0b' }]])(
    'refuses to close with %j, and does nothing',
    async (body) => {
      const response = await server.post('/api/incidents/inc_1/close', JSON.stringify(body))
      expect(response.status).toBe(400)
      expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_INVALID' })
      expect(server.state.audit).toEqual([])
    },
  )

  it('stores feedback on a decision', async () => {
    const body = { verdict: 'wrong', comment: 'it was the proxy', actual_cause: { statement: 'proxy without memory' } }
    const response = await server.post('/api/incidents/inc_1/feedback', body)
    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({ ...body, incident_id: 'inc_1', by: 'local' })
    expect(acts()).toEqual([['incident.feedback', 'inc_1', 'local']])
    expect((await server.post('/api/incidents/inc_1/feedback', { verdict: 'great' })).status).toBe(400)
    expect((await server.post('/api/incidents/inc_1/feedback')).status).toBe(415)
  })

  it('refuses what the state does not allow and what does not exist, and writes the failure down', async () => {
    server.state.records.set('inc_2', buildRecord('inc_2', { status: 'running' }))
    const busy = await server.post('/api/incidents/inc_2/rerun')
    expect(busy.status).toBe(409)
    expect(await problemIn(busy)).toMatchObject({ code: 'SRE_INCIDENTS_STATE', detail: 'it is running' })
    expect((await server.post('/api/incidents/inc_3/rerun')).status).toBe(404)
    expect(acts().map(([action]) => action)).toEqual([
      'incident.rerun',
      'incident.rerun.failed',
      'incident.rerun',
      'incident.rerun.failed',
    ])
  })

  it('does nothing that cannot be written to the audit log', async () => {
    await using mute = await startDouble({
      audit: { append: () => Promise.reject(new Error('disk full')), list: () => Promise.resolve([]) },
    })
    mute.state.records.set('inc_1', buildRecord('inc_1'))
    const response = await mute.post('/api/incidents/inc_1/close', {})
    expect(response.status).toBe(503)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_STORE_FAILED' })
    expect(mute.state.records.get('inc_1')?.status).toBe('done')
  })
})
