import { z } from 'zod'
import { assessLevel } from '#src/metrics/assess-level.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { Mechanism } from '#src/domain/mechanism.ts'
import { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Agent, MindContext, MindStep } from '#agents/agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import { type Answered, readAnswers } from './read-answers.ts'

/** The questions. `may_ask_again` is false once a wider window has been tried. */
export interface MetricAnalysisBrief {
  questions: readonly MetricQuestion[]
  may_ask_again: boolean
}

const Levels = z.object({
  levels: z.array(
    z.object({
      workload: ResourceRef,
      /** The judgement that the measurement bears on. */
      mechanism: Mechanism,
      statement: z.string().max(300),
      evidence: z.array(z.string()),
    }),
  ),
})

/** Output of the agent: what the measurements say about each question. */
export type Levels = z.infer<typeof Levels>

/** Holds measurements against limits and says where they go. A missing series is asked for once more, over a longer time. */
export const metricAnalyzerAgent: Agent<MetricAnalysisBrief, Levels> = {
  name: 'metric_analyzer',
  description: 'Compares measurements with limits and reads their trend.',
  tools: [],
  handoffs: ['prometheus_query'],
  output: Levels,
  rules: { name: 'rules', next: analyze },
}

function analyze({ brief, results }: MindContext<MetricAnalysisBrief>): MindStep<Levels> {
  const answers = readAnswers(brief.questions, results)
  const missing = answers.filter(({ answer }) => answer?.status === 'empty')
  if (missing.length > 0 && brief.may_ask_again) {
    const reason = `no series of ${missing[0]?.question.workload.name} in the window that was asked`
    return { kind: 'handoff', to: 'prometheus_query', reason, request: { window_minutes: 360 } }
  }
  const levels = answers.flatMap(describe)
  const said = levels[0]?.statement ?? 'Nothing was measured, so nothing can be said.'
  return { kind: 'output', output: { levels }, said }
}

function describe({ question, answer, evidence }: Answered): Levels['levels'] {
  if (answer?.status !== 'read') return []
  const limit = parseQuantity(question.limit)
  return answer.series.flatMap((series) => {
    const level = assessLevel(
      series.points.map((point) => point.value),
      limit,
    )
    if (!level) return []
    const share =
      level.of_limit === undefined ? '' : `, ${Math.round(level.of_limit * 100)} % of its limit ${question.limit}`
    const statement = `${question.metric} of ${series.pod} is ${level.trend}: highest ${level.highest}${share}`
    return [
      { workload: question.workload, mechanism: question.mechanism, statement: statement.slice(0, 300), evidence },
    ]
  })
}
