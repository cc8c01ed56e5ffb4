import type { MetricAnswer } from '#tools/metrics/metric-source.ts'
import type { ToolOutcome } from '#agents/agent.ts'
import type { MetricQuestion } from '#agents/select-metric-questions.ts'

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
