import { metricTeam } from '#teams/metric-team.ts'
import { agentDeps } from '#src/orchestrator/agent-deps.ts'
import { mergeReport } from '#src/orchestrator/merge-report.ts'
import type { Step } from '#src/orchestrator/step.ts'

/** Briefs the metric team and cites in the findings what it measured. Its failure is a gap, not the end of the run. */
export const coordinateMetrics: Step = async (state, file) => {
  const questions = file.metric_questions
  try {
    const report = await metricTeam.run(questions, file.findings.all(), agentDeps(file, state))
    for (const { mechanism, workload, evidence } of report.levels) file.findings.cite(mechanism, workload, evidence)
    return {
      reports: mergeReport({}, metricTeam.name, report.agents, report.gaps),
      turns: report.turns,
      tool_calls: report.tool_calls,
    }
  } catch (error) {
    file.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : 'the metric team failed'
    const gap = { what: `measurements of ${questions.length} workloads`, why, needs: 'an answer of the metric team' }
    return { reports: mergeReport({}, metricTeam.name, [], [gap]) }
  }
}
