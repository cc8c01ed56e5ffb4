import { describe, expect, it } from 'vitest'
import { createQueryMetricsTool } from '#tools/metrics/query-metrics.ts'

const request = {
  metric: 'cpu_usage' as const,
  namespace: 'shop',
  workload: 'api',
  pods: ['api-1'],
  window_minutes: 60,
}
const context = { signal: new AbortController().signal }

describe('tools/metrics/query-metrics', () => {
  it('says what it would need where nothing measures', async () => {
    const { output, gaps, evidence } = await createQueryMetricsTool(undefined).run(request, context)
    expect(output.status).toBe('failed')
    expect(gaps).toMatchObject([{ why: 'no metrics source is configured' }])
    expect(evidence).toEqual([])
  })

  it('makes one fact per series, with the query that shows it again', async () => {
    const points = [
      { time: '2026-01-01T00:00:00Z', value: 3 },
      { time: '2026-01-01T00:01:00Z', value: 1 },
    ]
    const series = [
      { pod: 'api-1', container: 'api', points },
      { pod: 'api-2', points: [] },
    ]
    const read = async () => ({ status: 'read' as const, query: 'rate(cpu)', series, warnings: [] })
    const { evidence } = await createQueryMetricsTool({ name: 'test', read }).run(request, context)
    expect(evidence).toMatchObject([
      {
        source: 'metric',
        statement: 'cpu_usage of api-1/api: lowest 1, highest 3, last 1',
        ref: { metric: { query: 'rate(cpu)', at: '2026-01-01T00:01:00Z' } },
      },
    ])
  })
})
