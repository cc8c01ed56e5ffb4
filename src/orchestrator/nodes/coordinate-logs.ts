import { mostLogsRead } from '#agents/log/most-logs-read.ts'
import { withRecentChanges } from '#agents/with-recent-changes.ts'
import { logTeam } from '#teams/log-team.ts'
import type { Gap } from '#src/domain/gap.ts'
import { agentDeps } from '#src/orchestrator/agent-deps.ts'
import { logTargetKey } from '#src/orchestrator/log-target-key.ts'
import { mergeReport } from '#src/orchestrator/merge-report.ts'
import type { Step } from '#src/orchestrator/step.ts'
import { summarizeFindings } from '#src/orchestrator/summarize-findings.ts'

/** Briefs the log team with the containers that are not well, and digests its report into findings. Its failure is a gap. */
export const coordinateLogs: Step = async (state, file) => {
  const targets = file.log_targets
  file.logs_asked = [...new Set([...file.logs_asked, ...targets.map(logTargetKey)])]
  try {
    const report = await logTeam.run(
      { targets: targets.slice(0, mostLogsRead) },
      file.findings.all(),
      agentDeps(file, state),
    )
    const found = file.findings.add(withRecentChanges(file.view, report.findings), logTeam.name)
    return {
      findings: summarizeFindings(found),
      reports: mergeReport(state.reports, logTeam.name, report.agents, [
        ...unreadLogs(targets.length - mostLogsRead),
        ...report.gaps,
      ]),
      turns: report.turns,
      tool_calls: report.tool_calls,
    }
  } catch (error) {
    file.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : 'the log team failed'
    const gap = { what: `the logs of ${targets.length} containers`, why, needs: 'an answer of the log team' }
    return { reports: mergeReport(state.reports, logTeam.name, [], [gap]) }
  }
}

/** The worst containers come first; of the others nobody has asked. */
function unreadLogs(count: number): Gap[] {
  if (count <= 0) return []
  const why = `one run reads the logs of ${mostLogsRead} containers`
  return [
    { what: `the logs of ${count} more containers that are not well`, why, needs: 'a question about one workload' },
  ]
}
