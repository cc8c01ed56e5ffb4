import { describe, expect, it } from 'vitest'
import type { ToolOutcome } from '#agents/agent.ts'
import { prometheusQueryAgent, readAnswers } from '#agents/metric/prometheus-query-agent.ts'
import { runAgent } from '#agents/run-agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import type { MetricRequest } from '#tools/metrics/metric-source.ts'
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
const other: MetricQuestion = { ...question, workload: { ...question.workload, name: 'web' }, pods: ['web-1'] }
const outcome = (workload: string, output?: unknown): ToolOutcome => ({
  call: { tool: 'query_metrics', input: { workload, metric: question.metric, namespace: 'shop' } },
  output,
  evidence: [`ev_${workload}`],
  gaps: [],
})

describe('agents/metric/prometheus-query-agent', () => {
  it('asks each question over the window of the brief, and counts answers and failures', async () => {
    const asked: MetricRequest[] = []
    const source = {
      name: 'test',
      read: async (request: MetricRequest) => {
        asked.push(request)
        if (request.workload === 'web') throw new Error('connection refused')
        const points = [{ time: '2026-01-01T00:00:00.000Z', value: 5 }]
        return { status: 'read' as const, query: 'q', series: [{ pod: 'api-1', points }], warnings: [] }
      },
    }
    const registry = createToolRegistry().register(createQueryMetricsTool(source))
    const brief = { questions: [question, other], window_minutes: 90 }
    const result = await runAgent(prometheusQueryAgent, { brief, results: [], findings: [] }, agentDeps({ registry }))
    expect(asked.map(({ workload, window_minutes }) => [workload, window_minutes])).toEqual([
      ['api', 90],
      ['web', 90],
    ])
    expect(result).toMatchObject({ kind: 'output', output: { answered: 1, failed: 1 } })
    expect((result as { said: string }).said).toMatch(/^1 of 2 questions answered; /)
  })

  it('matches each question with the newest answer to it, and leaves an unanswered one without', () => {
    const results = [outcome('api', 'old'), outcome('api', 'new')]
    expect(readAnswers([question, other], results)).toEqual([
      { question, answer: 'new', evidence: ['ev_api'] },
      { question: other, answer: undefined, evidence: [] },
    ])
  })
})
