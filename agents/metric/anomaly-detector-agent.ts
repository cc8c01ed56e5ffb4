import { z } from 'zod'
import { findStep } from '#src/metrics/find-step.ts'
import type { Agent, MindContext } from '#agents/agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import { readAnswers } from './read-answers.ts'

/** The questions whose measurements are looked at. */
export interface AnomalyBrief {
  questions: readonly MetricQuestion[]
}

const Anomalies = z.object({
  anomalies: z.array(z.object({ workload: z.string(), since: z.string(), statement: z.string().max(300) })),
})

/** Output of the agent: when a series left its earlier band for good. */
export type Anomalies = z.infer<typeof Anomalies>

/** Looks for the moment at which a series left its earlier band. */
export const anomalyDetectorAgent: Agent<AnomalyBrief, Anomalies> = {
  name: 'anomaly_detector',
  description: 'Finds the moment at which measurements left their earlier band.',
  tools: [],
  handoffs: [],
  output: Anomalies,
  rules: { name: 'rules', next: (context) => ({ kind: 'output', ...detect(context) }) },
}

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
