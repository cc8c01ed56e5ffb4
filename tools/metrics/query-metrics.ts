import { z } from 'zod'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Tool, ToolResult } from '#tools/tool.ts'
import type { MetricAnswer, MetricRequest, MetricSeries, MetricSource } from './metric-source.ts'

const QueryMetrics = z.object({
  metric: z.enum(['memory_working_set', 'cpu_usage']),
  namespace: z.string().min(1),
  workload: z.string().min(1),
  container: z.string().optional(),
  pods: z.array(z.string()).max(10),
  window_minutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
})

/**
 * The tool `query_metrics`: how much memory or CPU containers took lately. Without a source it answers with the gap: what is
 * not measured is never taken for well.
 */
export function createQueryMetricsTool(source: MetricSource | undefined): Tool<MetricRequest, MetricAnswer> {
  return {
    name: 'query_metrics',
    description: 'Measurements of memory or CPU of the containers of a workload over the last minutes.',
    effect: 'read',
    input: QueryMetrics,
    timeout_ms: 10_000,
    async run(input, { signal }) {
      if (!source) return unmeasured(input)
      const answer = await source.read(input, signal)
      if (answer.status === 'failed') return { output: answer, evidence: [], gaps: [answer.gap] }
      const evidence =
        answer.status === 'read' ? answer.series.flatMap((series) => summarize(series, input, answer.query)) : []
      return { output: answer, evidence, gaps: [] }
    },
  }
}

function unmeasured(input: MetricRequest): ToolResult<MetricAnswer> {
  const gap = {
    what: `${input.metric} of ${input.workload} in namespace ${input.namespace}`,
    why: 'no metrics source is configured',
    needs: 'a metrics source',
  }
  return { output: { status: 'failed', gap }, evidence: [], gaps: [gap] }
}

function summarize(series: MetricSeries, input: MetricRequest, query: string): EvidenceDraft[] {
  const last = series.points.at(-1)
  if (!last) return []
  const values = series.points.map((point) => point.value)
  const statement = `${input.metric} of ${series.pod}${series.container ? `/${series.container}` : ''}: lowest ${Math.min(...values)}, highest ${Math.max(...values)}, last ${last.value}`
  return [
    { source: 'metric', statement, observed_at: last.time, trust: 'api', ref: { metric: { query, at: last.time } } },
  ]
}
