import { describe, expect, it } from 'vitest'
import { startDouble } from '#test/helpers/server-double.ts'

describe('src/server/resources/audit', () => {
  it('lists who did what, newest first, page by page', async () => {
    await using server = await startDouble()
    for (const verb of ['rerun', 'close', 'requeue']) await server.post(`/api/incidents/x/${verb}`)
    const first = (await (await server.call('/api/audit?limit=4')).json()) as { entries: object[]; next_cursor: string }
    expect(first.entries).toMatchObject([{ seq: 6 }, { seq: 5 }, { seq: 4 }, { seq: 3, action: 'incident.close' }])
    const next = (await (await server.call(`/api/audit?limit=4&cursor=${first.next_cursor}`)).json()) as object
    expect(next).toMatchObject({ entries: [{ seq: 2 }, { seq: 1 }] })
    expect(next).not.toHaveProperty('next_cursor')
    expect(await (await server.call('/api/audit?action=incident.close')).json()).toMatchObject({
      entries: [{ seq: 3 }],
    })
    expect(await (await server.call('/api/audit?actor=nobody')).json()).toEqual({ entries: [] })
    expect((await server.call('/api/audit?cursor=x')).status).toBe(400)
  })
})
