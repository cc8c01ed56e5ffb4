import { describe, expect, it } from 'vitest'
import { problemIn } from '#test/helpers/problem-in.ts'
import { buildRecord, startDouble } from '#test/helpers/server-double.ts'

describe('src/server/resources/incidents', () => {
  it('shows the signals of an incident with what identifies it', async () => {
    await using server = await startDouble()
    server.state.records.set('inc_1', buildRecord('inc_1', { merged_into: 'inc_0' }))
    expect(await (await server.call('/api/incidents/inc_1/signals')).json()).toEqual({
      incident_id: 'inc_1',
      fingerprint: 'print of inc_1',
      merged_into: 'inc_0',
      signals: [],
    })
    const missing = await server.call('/api/incidents/inc_2/signals')
    expect(missing.status).toBe(404)
    expect(await problemIn(missing)).toMatchObject({ code: 'SRE_INCIDENTS_UNKNOWN' })
    expect((await server.call('/api/incidents/inc_1/signals?limit=x')).status).toBe(400)
  })
})
