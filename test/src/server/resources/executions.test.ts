import { describe, expect, it } from 'vitest'
import { buildExecution } from '#test/helpers/build-change.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { startDouble } from '#test/helpers/server-double.ts'

const execution = buildExecution()
const { plan_hash } = execution

/** A server with one execution; every call of the port is recorded. */
async function start(follow_up_run = true) {
  const calls: unknown[] = []
  const server = await startDouble({
    executions: {
      list: async (query) => {
        calls.push(query)
        return { items: [execution] }
      },
      get: async (id) => (id === execution.id ? execution : undefined),
      begin: async (intent) => {
        calls.push(intent)
        return execution
      },
      end: async (id, reported) => {
        calls.push([id, reported])
        return { execution, follow_up_run }
      },
    },
  })
  return { server, calls, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('src/server/resources/executions', () => {
  it('lists by filter and shows one', async () => {
    await using service = await start()
    const response = await service.server.call('/api/executions?status=running&incident_id=inc_1&limit=7')
    expect(await response.json()).toEqual({ executions: [execution] })
    expect(service.calls).toEqual([{ status: ['running'], incident_id: 'inc_1', limit: 7 }])
    expect(await (await service.server.call('/api/executions/exe_1')).json()).toEqual(execution)
    const missing = await service.server.call('/api/executions/exe_2')
    expect(missing.status).toBe(404)
    expect(await problemIn(missing)).toMatchObject({ code: 'SRE_EXECUTIONS_UNKNOWN' })
  })

  it('begins one of an incident, and writes down who', async () => {
    await using service = await start()
    const response = await service.server.post('/api/incidents/inc_1/executions', { action_id: 'act_1', plan_hash })
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe('/api/executions/exe_1')
    expect(await response.json()).toEqual(execution)
    expect(service.calls).toEqual([{ incident_id: 'inc_1', action_id: 'act_1', plan_hash, by: 'local' }])
    expect(service.server.state.audit).toMatchObject([{ action: 'execution.begin', target: 'inc_1', actor: 'local' }])
  })

  it.each([
    [true, 202],
    [false, 200],
  ])('reports the end (a run follows: %s) with %i', async (follow_up_run, status) => {
    await using service = await start(follow_up_run)
    const response = await service.server.post('/api/executions/exe_1/end', { status: 'done', note: 'by hand' })
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ ...execution, follow_up_run })
    const trace_id = response.headers.get('x-trace-id')
    expect(service.calls).toEqual([['exe_1', { status: 'done', note: 'by hand', by: 'local', trace_id }]])
    expect(service.server.state.audit).toMatchObject([{ action: 'execution.end', target: 'exe_1' }])
  })

  it.each([
    ['/api/incidents/inc_1/executions', { plan_hash }, 'action_id'],
    ['/api/incidents/inc_1/executions', { action_id: 'act_1', plan_hash: 'x' }, 'plan_hash'],
    ['/api/executions/exe_1/end', { status: 'running' }, 'status'],
    ['/api/executions/exe_1/end', { status: 'done', note: '' }, 'note'],
    ['/api/executions/exe_1/end', { status: 'done', why: 'x' }, 'why'],
  ])('refuses %s %.40j, and changes nothing', async (path, body, field) => {
    await using service = await start()
    const response = await service.server.post(path, body)
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_INVALID', errors: [{ path: field }] })
    expect(service.calls).toEqual([])
    expect(service.server.state.audit).toEqual([])
  })
})
