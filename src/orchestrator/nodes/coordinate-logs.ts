import { logTeam } from '../../../teams/log-team.ts'
import { agentDeps } from '../agent-deps.ts'
import { mergeReport } from '../merge-report.ts'
import type { Step } from '../step.ts'
import { summarizeFindings } from '../summarize-findings.ts'

/** Briefs the log team with the containers that are not well, and digests its report into findings. Its failure is a gap. */
export const coordinateLogs: Step = async (state, file) => {
  const targets = file.log_targets
  try {
    const report = await logTeam.run({ targets }, file.findings.all(), agentDeps(file, state))
    const found = file.findings.add(report.findings, logTeam.name)
    return {
      findings: summarizeFindings(found),
      reports: mergeReport(state.reports, logTeam.name, report.agents, report.gaps),
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
