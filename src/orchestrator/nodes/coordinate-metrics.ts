import { refKey } from '#src/domain/resource-ref.ts'
import { agentDeps } from '#src/orchestrator/context.ts'
import { currentFindings } from '#src/orchestrator/run-memory.ts'
import { mergeReport } from '#src/orchestrator/state.ts'
import type { Step } from '#src/orchestrator/step.ts'
import { metricTeam } from '#teams/metric-team.ts'

/** Briefs the metric team, and says which findings its measurements are about. Its failure is a gap, not the end of the run. */
export const coordinateMetrics: Step = async (state, run, notes) => {
  const questions = state.metric_questions
  try {
    const report = await metricTeam.run(questions, currentFindings(state, run.memory), agentDeps(run, state, notes))
    const measurements = report.levels.map(({ mechanism, workload, evidence }) => ({ mechanism, workload, evidence }))
    return {
      measurements: Object.fromEntries(
        measurements.map((each) => [`${each.mechanism}|${refKey(each.workload)}`, each]),
      ),
      reports: mergeReport({}, metricTeam.name, report.agents, report.gaps),
      turns: report.turns,
      tool_calls: report.tool_calls,
    }
  } catch (error) {
    run.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : 'the metric team failed'
    const gap = { what: `measurements of ${questions.length} workloads`, why, needs: 'an answer of the metric team' }
    return { reports: mergeReport({}, metricTeam.name, [], [gap]) }
  }
}
