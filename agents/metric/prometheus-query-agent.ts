import { z } from 'zod'
import type { Agent, MindContext, MindStep, ToolOutcome } from '#agents/agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'
import type { MetricAnswer } from '#tools/metrics/metric-source.ts'

/** The questions, and over how many minutes they are asked. */
export interface MetricQueryBrief {
  questions: readonly MetricQuestion[]
  window_minutes: number
}

const Fetched = z.object({ answered: z.number().int(), failed: z.number().int() })

/** Output of the agent; the measurements themselves are in its results. */
export type Fetched = z.infer<typeof Fetched>

/** Fetches the measurements that were asked for, from whatever metrics source is configured. */
export const prometheusQueryAgent: Agent<MetricQueryBrief, Fetched> = {
  name: 'prometheus_query',
  description: 'Fetches measurements of the workloads in question.',
  tools: ['query_metrics'],
  handoffs: [],
  output: Fetched,
  rules: { name: 'rules', next: fetchMeasurements },
}

function fetchMeasurements({ brief, results, turn }: MindContext<MetricQueryBrief>): MindStep<Fetched> {
  if (turn === 1) return { kind: 'tool_calls', calls: brief.questions.map((question) => callFor(question, brief)) }
  const latest = results.slice(-brief.questions.length)
  const failed = latest.filter((outcome) => outcome.gaps.length > 0 || outcome.output === undefined)
  const answered = latest.length - failed.length
  const why = failed[0]?.gaps[0]?.why
  const said = `${answered} of ${latest.length} questions answered${why ? `; ${why}` : ''}.`
  return { kind: 'output', output: { answered, failed: failed.length }, said }
}

function callFor({ metric, namespace, workload, container, pods }: MetricQuestion, brief: MetricQueryBrief) {
  const input = { metric, namespace, workload: workload.name, container, pods, window_minutes: brief.window_minutes }
  return { tool: 'query_metrics', input }
}

/** One question with the newest answer to it; absent where none came. */
export interface Answered {
  question: MetricQuestion
  answer?: MetricAnswer
  evidence: string[]
}

/** Matches the outcomes of `query_metrics` to the questions that they answer. */
export function readAnswers(questions: readonly MetricQuestion[], results: readonly ToolOutcome[]): Answered[] {
  return questions.map((question) => {
    const outcome = results.findLast(({ call }) => {
      const asked = call.input as { workload?: string; metric?: string; namespace?: string } | undefined
      return (
        asked?.workload === question.workload.name &&
        asked.metric === question.metric &&
        asked.namespace === question.namespace
      )
    })
    return { question, answer: outcome?.output as MetricAnswer | undefined, evidence: outcome?.evidence ?? [] }
  })
}
