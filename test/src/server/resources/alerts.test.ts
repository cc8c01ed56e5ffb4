import { describe, expect, it } from 'vitest'
import type { SignalQuery } from '#src/incidents/port.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { serverDouble, startDouble } from '#test/helpers/server-double.ts'

describe('src/server/resources/alerts', () => {
  it('lists received signals by filter', async () => {
    const asked: SignalQuery[] = []
    const { deps } = serverDouble()
    const recentSignals = async (query: SignalQuery) => {
      asked.push(query)
      return { items: [], next_cursor: 'next' }
    }
    await using server = await startDouble({ archive: { ...deps.archive, recentSignals } })
    const query = 'status=joined,refused&source=grafana&namespace=a&since=2026-11-21T09:00:00%2B01:00&limit=2'
    expect(await (await server.call(`/alerts?${query}`)).json()).toEqual({ alerts: [], next_cursor: 'next' })
    const since = '2026-11-21T08:00:00.000Z'
    expect(asked).toEqual([{ status: ['joined', 'refused'], source: 'grafana', namespace: 'a', since, limit: 2 }])
  })

  it('shows as much of the queue as is asked for', async () => {
    const limits: number[] = []
    const { deps } = serverDouble()
    const queue = (limit: number) => {
      limits.push(limit)
      return deps.queue(limit)
    }
    await using server = await startDouble({ queue })
    expect(await (await server.call('/alerts/queue?limit=7')).json()).toMatchObject({ queued: 1, waiting: [] })
    await server.call('/alerts/queue')
    expect(limits).toEqual([7, 50])
  })

  it.each([
    '/alerts?status=lost',
    '/alerts?source=fax',
    '/alerts?since=today',
    '/alerts/queue?limit=0',
    '/alerts/queue?x=1',
  ])('refuses %s', async (path) => {
    await using server = await startDouble()
    const response = await server.call(path)
    expect(response.status).toBe(400)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_SERVER_QUERY_INVALID', errors: [{}] })
  })
})
