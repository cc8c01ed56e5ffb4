import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CatalogueRecord } from '#src/domain/catalogue.ts'
import type { IncidentQuery } from '#src/incidents/port.ts'
import { recommend } from '#test/helpers/recommend.ts'
import { problemIn } from '#test/helpers/problem-in.ts'
import { buildRecord, decisionOf, type DoubleServer, serverDouble, startDouble } from '#test/helpers/server-double.ts'

let server: DoubleServer
let asked: IncidentQuery[]
beforeEach(async () => {
  asked = []
  const { deps } = serverDouble()
  server = await startDouble({
    archive: {
      ...deps.archive,
      get: async (id) => server.state.records.get(id),
      timeline: async (id, after, limit) =>
        server.state.lines.filter((line) => line.incident_id === id && line.seq > after).slice(0, limit),
      list: async (query) => {
        asked.push(query)
        return { items: [...server.state.records.values()].slice(0, query.limit), next_cursor: 'next' }
      },
    },
  })
})
afterEach(() => server[Symbol.asyncDispose]())

describe('src/server/resources/incidents', () => {
  it('shows the decision, every step and a report under the address of the incident', async () => {
    const decision = decisionOf('inc_1')
    server.state.records.set('inc_1', buildRecord('inc_1', { decision, status_reason: 'because' }))
    const at = '2026-11-21T08:00:00.000Z'
    server.state.lines.push({ incident_id: 'inc_1', seq: 1, at, kind: 'opened', text: 'opened' })
    const body = (await (await server.call('/api/incidents/inc_1')).json()) as Record<string, unknown>
    const { trace_id: _, ...others } = decision
    expect(body).toMatchObject({
      ...others,
      status: 'done',
      status_reason: 'because',
      priority: 'P2',
      incident: { signal_count: 1 },
      timeline: [{ seq: 1, kind: 'opened' }],
      timeline_cut: false,
      report: expect.stringContaining('CART'),
    })
  })

  it('never shows an expired approval as open, also in the report', async () => {
    const approval = { required: true, status: 'approved', id: 'apr_1', expires_at: '2026-11-21T08:00:00Z' } as const
    const decision = { ...decisionOf('inc_1'), recommended_actions: [recommend('inc_1', { approval })] }
    server.state.records.set('inc_1', buildRecord('inc_1', { decision }))
    expect(await (await server.call('/api/incidents/inc_1')).json()).toMatchObject({
      recommended_actions: [{ approval: { ...approval, status: 'expired' } }],
      report: expect.stringMatching(/required, expired \(apr/),
    })
  })

  it('shows the status of an incident that has no decision yet', async () => {
    server.state.records.set('inc_1', buildRecord('inc_1', { status: 'queued' }))
    const body = (await (await server.call('/api/incidents/inc_1')).json()) as object
    expect(body).toMatchObject({ incident_id: 'inc_1', status: 'queued', timeline: [] })
    expect(body).not.toHaveProperty('report')
  })

  it('shows the related links of its service, and says where there are more', async () => {
    const oncall: CatalogueRecord = {
      kind: 'channel',
      name: 'pay',
      services: ['pay'],
      system: 'slack',
      address: '#pay',
      origin: 'store',
    }
    const queries: unknown[] = []
    const { deps } = serverDouble()
    await using other = await startDouble({
      catalogue: {
        ...deps.catalogue,
        list: async (query) => {
          queries.push(query)
          return { items: [oncall], next_cursor: 'next' }
        },
      },
    })
    other.state.records.set('inc_1', buildRecord('inc_1'))
    const body = await (await other.call('/api/incidents/inc_1')).json()
    expect(body).toMatchObject({ related_links: [oncall], related_links_cut: true })
    expect(queries).toEqual([{ service: 'payments/gateway', limit: 20 }])
  })

  it('is shown also where the catalogue cannot be read, and says that links are missing', async () => {
    const { deps } = serverDouble()
    const list = () => Promise.reject(new Error('no such table'))
    await using other = await startDouble({ catalogue: { ...deps.catalogue, list } })
    other.state.records.set('inc_1', buildRecord('inc_1'))
    const response = await other.call('/api/incidents/inc_1')
    expect(response.status).toBe(200)
    const body = await response.json()
    expect(body).toMatchObject({ incident_id: 'inc_1', related_links_missing: true })
    expect(body).not.toHaveProperty('related_links')
  })

  it.each(['inc_none', 'a%00b', `a%0Ab`, 'x'.repeat(300)])('answers 404 to the incident %.20s', async (id) => {
    const response = await server.call(`/api/incidents/${id}`)
    expect(response.status).toBe(404)
    expect(await problemIn(response)).toMatchObject({ code: 'SRE_INCIDENTS_UNKNOWN' })
  })

  it('passes filters on, and pages by cursor', async () => {
    server.state.records.set('inc_1', buildRecord('inc_1', { decision: decisionOf('inc_1') }))
    const query =
      'status=done,failed&namespace=payments&service=pay&priority=P1,P2&outcome=issue&since=2026-11-21T09:00:00%2B01:00&cursor=abc&limit=5'
    const body = await (await server.call(`/api/incidents?${query}`)).json()
    expect(asked).toEqual([
      {
        status: ['done', 'failed'],
        namespace: 'payments',
        service: 'pay',
        priority: ['P1', 'P2'],
        outcome: 'issue',
        since: '2026-11-21T08:00:00.000Z',
        cursor: 'abc',
        limit: 5,
      },
    ])
    expect(body).toMatchObject({ incidents: [{ incident_id: 'inc_1', outcome: 'issue' }], next_cursor: 'next' })
    expect((body as { incidents: object[] }).incidents[0]).not.toHaveProperty('evidence')
    await server.call('/api/incidents')
    expect(asked[1]).toEqual({ limit: 20 })
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['status=lost', 'status'],
    ['status=done,', 'status'],
    ['priority=P9', 'priority'],
    ['outcome=fine', 'outcome'],
    ['since=yesterday', 'since'],
    ['namespace=a%00', 'namespace'],
    ['namespace=', 'namespace'],
    ['cursor=%27;', 'cursor'],
    ['stauts=done', 'stauts'],
  ])('refuses the query %s by name', async (query, path) => {
    const response = await server.call(`/api/incidents?${query}`)
    expect(response.status).toBe(400)
    const problem = await problemIn(response)
    expect(problem).toMatchObject({ code: 'SRE_SERVER_QUERY_INVALID', errors: [{ path }] })
    expect((problem['errors'] as { allowed: string }[])[0]?.allowed).toMatch(/\w/)
    expect(asked).toEqual([])
  })
})
