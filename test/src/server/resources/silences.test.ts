import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Silence } from '#src/domain/silence.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
beforeEach(async () => {
  server = await startDouble()
})
afterEach(() => server[Symbol.asyncDispose]())

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const wanted = () => ({
  matchers: [{ field: 'namespace', operator: '=~', value: 'staging-.*' }],
  ends_at: inHours(1),
  comment: 'migration',
})

describe('src/server/resources/silences', () => {
  it('starts now by default, belongs to its creator, and can be ended', async () => {
    const before = Date.now()
    const response = await server.post('/api/silences', wanted())
    const after = Date.now()
    expect(response.status).toBe(201)
    const silence = (await response.json()) as Silence
    expect(silence).toMatchObject({ ...wanted(), ends_at: silence.ends_at, created_by: 'local' })
    expect(Date.parse(silence.starts_at)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(silence.starts_at)).toBeLessThanOrEqual(after)
    expect(response.headers.get('location')).toBe(`/api/silences/${silence.id}`)
    expect(await (await server.call('/api/silences')).json()).toEqual({ silences: [silence] })
    const ended = await server.call(`/api/silences/${silence.id}`, { method: 'DELETE' })
    expect(await ended.json()).toMatchObject({ id: silence.id, ended_by: 'local' })
    expect(await (await server.call('/api/silences')).json()).toEqual({ silences: [] })
    expect(await (await server.call('/api/silences?all=true')).json()).toMatchObject({ silences: [{ id: silence.id }] })
    expect(server.state.audit.map(({ action, target }) => [action, target])).toEqual([
      ['silence.create', silence.id],
      ['silence.end', silence.id],
    ])
  })

  it('answers 404 to an unknown silence', async () => {
    const response = await server.call('/api/silences/sil_none', { method: 'DELETE' })
    expect(response.status).toBe(404)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SILENCES_UNKNOWN' })
  })

  it.each([
    [{ ends_at: inHours(-1) }, 'ends_at'],
    [{ starts_at: inHours(3), ends_at: inHours(2) }, 'ends_at'],
    [{ ends_at: inHours(24 * 400) }, 'ends_at'],
    [{ ends_at: 'tomorrow' }, 'ends_at'],
    [{ comment: ' ' }, 'comment'],
    [{ comment: 'a\0' }, 'comment'],
    [{ matchers: [] }, 'matchers'],
    [{ matchers: [{ field: 'namespace', operator: '=~', value: '(' }] }, 'matchers.0.value'],
    [{ matchers: [{ field: 'namespace', operator: '<', value: 'a' }] }, 'matchers.0.operator'],
    [{ matchers: [{ field: 'namspace', operator: '=', value: 'a' }] }, 'matchers.0.field'],
    [{ until: 'x' }, 'until'],
  ])('refuses %j by field', async (over, path) => {
    const response = await server.post('/api/silences', { ...wanted(), ...over })
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_INVALID', errors: [{ path }] })
    expect(server.state.silences).toEqual([])
    expect(server.state.audit).toEqual([])
  })
})
