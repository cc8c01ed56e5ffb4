import { maxLogsRead } from '#agents/select-log-targets.ts'
import { withRecentChanges } from '#agents/triage-agent.ts'
import type { Gap } from '#src/domain/gap.ts'
import { agentDeps } from '#src/orchestrator/context.ts'
import { currentFindings } from '#src/orchestrator/run-memory.ts'
import { indexFindings, mergeReport } from '#src/orchestrator/state.ts'
import type { Step } from '#src/orchestrator/step.ts'
import { logTeam } from '#teams/log-team.ts'

/** Briefs the log team with the containers that triage named, and digests its report into findings. Its failure is a gap. */
export const coordinateLogs: Step = async (state, run, notes) => {
  const targets = run.memory.logTargets(state.observations).current
  try {
    const brief = { targets: targets.slice(0, maxLogsRead) }
    const report = await logTeam.run(brief, currentFindings(state, run.memory), agentDeps(run, state, notes))
    const findings = withRecentChanges(run.snapshot.view, report.findings)
    const found = notes.addFindings(findings, logTeam.name, state.findings)
    const gaps = [...unreadLogs(targets.length - maxLogsRead), ...report.gaps]
    return {
      findings: { removed: [], found: indexFindings(found) },
      reports: mergeReport(state.reports, logTeam.name, report.agents, gaps),
      turns: report.turns,
      tool_calls: report.tool_calls,
    }
  } catch (error) {
    run.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : 'the log team failed'
    const gap = { what: `the logs of ${targets.length} containers`, why, needs: 'an answer of the log team' }
    return { reports: mergeReport(state.reports, logTeam.name, [], [gap]) }
  }
}

/** The worst containers come first; the others are not read. */
function unreadLogs(count: number): Gap[] {
  if (count <= 0) return []
  const why = `one run reads the logs of ${maxLogsRead} containers`
  return [
    { what: `the logs of ${count} more containers that are not well`, why, needs: 'a question about one workload' },
  ]
}
