import { describe, expect, it } from 'vitest'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import { metricTeam } from '#teams/metric-team.ts'
import type { MetricRequest, MetricSource } from '#tools/metrics/metric-source.ts'
import { createQueryMetricsTool } from '#tools/metrics/query-metrics.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { agentDeps } from '#test/helpers/agent-deps.ts'

const question: MetricQuestion = {
  namespace: 'shop',
  workload: { kind: 'Deployment', namespace: 'shop', name: 'api' },
  container: 'api',
  pods: ['api-1'],
  metric: 'memory_working_set',
  limit: '100',
  mechanism: 'oom_killed',
}
const points = (values: number[]) =>
  values.map((value, index) => ({ time: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(), value }))
const sourceOf = (read: MetricSource['read']): MetricSource => ({ name: 'test', read })
const run = (source?: MetricSource) =>
  metricTeam.run([question], [], agentDeps({ registry: createToolRegistry().register(createQueryMetricsTool(source)) }))

describe('teams/metric-team', () => {
  it('reports a gap, and nothing else, where no metrics source is configured', async () => {
    const report = await run()
    expect(report.levels).toEqual([])
    expect(report.gaps).toEqual([
      {
        what: 'memory_working_set of api in namespace shop',
        why: 'no metrics source is configured',
        needs: 'a metrics source',
      },
    ])
    expect(report.agents[0]?.said).toContain('no metrics source is configured')
  })

  it('holds measurements against the limit, reads the trend and finds the moment of change', async () => {
    const values = [10, 10, 11, 10, 10, 11, 10, 90, 95, 98]
    const series = [{ pod: 'api-1', points: points(values) }]
    const report = await run(sourceOf(async () => ({ status: 'read', query: 'q', series, warnings: [] })))
    expect(report.levels).toMatchObject([{ workload: question.workload, mechanism: 'oom_killed', evidence: ['ev_1'] }])
    expect(report.agents).toMatchObject([
      { name: 'prometheus_query', said: '1 of 1 questions answered.' },
      { name: 'metric_analyzer', said: 'memory_working_set of api-1 is rising: highest 98, 98 % of its limit 100' },
      {
        name: 'anomaly_detector',
        said: 'memory_working_set of api-1 left its earlier band at 2026-01-01T00:07:00.000Z',
      },
    ])
  })

  it('asks once more over a longer time where a series is missing, and then stops', async () => {
    const asked: number[] = []
    const source = sourceOf(async ({ window_minutes }: MetricRequest) => {
      asked.push(window_minutes)
      return { status: 'empty', query: 'q', why: 'no such series' }
    })
    const report = await run(source)
    expect(asked).toEqual([60, 360])
    expect(report.levels).toEqual([])
  })

  it('passes the failure of the source on as a gap', async () => {
    const gap = { what: 'memory', why: '401 Unauthorized', needs: 'credentials' }
    const report = await run(sourceOf(async () => ({ status: 'failed', gap })))
    expect(report.gaps).toEqual([gap])
  })
})
