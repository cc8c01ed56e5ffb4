import { z } from 'zod'
import type { Agent, MindContext } from '#agents/agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import { readAnswers } from './prometheus-query-agent.ts'

/** The questions whose measurements are looked at. */
export interface AnomalyBrief {
  questions: readonly MetricQuestion[]
}

const Anomalies = z.object({
  anomalies: z.array(z.object({ workload: z.string(), since: z.string(), statement: z.string().max(300) })),
})

/** Output of the agent: when a series left its earlier band for good. */
export type Anomalies = z.infer<typeof Anomalies>

/** Finds the moment at which a series left its earlier band. */
export const anomalyDetectorAgent: Agent<AnomalyBrief, Anomalies> = {
  name: 'anomaly_detector',
  description: 'Finds the moment at which measurements left their earlier band.',
  tools: [],
  handoffs: [],
  output: Anomalies,
  rules: { name: 'rules', next: (context) => ({ kind: 'output', ...detect(context) }) },
}

const minPoints = 6

const sigmas = 4

function detect({ brief, results }: MindContext<AnomalyBrief>): { output: Anomalies; said: string } {
  const anomalies = readAnswers(brief.questions, results).flatMap(({ question, answer }) =>
    (answer?.status === 'read' ? answer.series : []).flatMap((series) => {
      const index = findStep(series.points.map((point) => point.value))
      const since = index === undefined ? undefined : series.points[index]?.time
      if (since === undefined) return []
      const statement = `${question.metric} of ${series.pod} left its earlier band at ${since}`
      return [{ workload: question.workload.name, since, statement: statement.slice(0, 300) }]
    }),
  )
  return { output: { anomalies }, said: anomalies[0]?.statement ?? 'No series left its band.' }
}

/**
 * Where a series leaves its earlier band for good: the index of the first point from which all stay outside, or undefined.
 * The band is the mean of what came before, four standard deviations wide on each side.
 */
export function findStep(values: readonly number[]): number | undefined {
  for (let index = minPoints; index < values.length - 1; index++) {
    const before = values.slice(0, index)
    const mean = before.reduce((sum, value) => sum + value, 0) / before.length
    const spread = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / before.length)
    const band = Math.max(spread * sigmas, Math.abs(mean) * 0.05)
    if (values.slice(index).every((value) => Math.abs(value - mean) > band)) return index
  }
  return undefined
}
