import { z } from 'zod'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { Mechanism } from '#src/domain/mechanism.ts'
import { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Agent, MindContext, MindStep } from '#agents/agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import { type Answered, readAnswers } from './prometheus-query-agent.ts'

/** The questions. `may_ask_again` is false once a wider window has been tried. */
export interface MetricAnalysisBrief {
  questions: readonly MetricQuestion[]
  may_ask_again: boolean
}

const Levels = z.object({
  levels: z.array(
    z.object({
      workload: ResourceRef,
      /** The finding that the measurement is about. */
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

/** How measurements stand against a limit. */
interface Level {
  highest: number
  /** Share of the limit, where there is one: 1 is at the limit. */
  of_limit?: number
  /** `rising`: the last third lies clearly above the first third. */
  trend: 'rising' | 'falling' | 'steady'
}

const clearly = 0.2

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

/** The level and trend of a series, oldest first; undefined where nothing was measured. */
export function assessLevel(values: readonly number[], limit: number | undefined): Level | undefined {
  if (values.length === 0) return undefined
  const highest = Math.max(...values)
  const third = Math.max(1, Math.floor(values.length / 3))
  const early = mean(values.slice(0, third))
  const late = mean(values.slice(-third))
  const change = early === 0 ? Number(late > 0) : (late - early) / early
  const trend = change > clearly ? 'rising' : change < -clearly ? 'falling' : 'steady'
  return { highest, trend, ...(limit ? { of_limit: highest / limit } : {}) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
