import { actionTeam } from '#teams/action-team.ts'
import { agentDeps } from '#src/orchestrator/agent-deps.ts'
import { gapRecord } from '#src/orchestrator/gap-record.ts'
import { mergeReport } from '#src/orchestrator/merge-report.ts'
import type { Step } from '#src/orchestrator/step.ts'
import { withholdSecrets } from '#src/orchestrator/withhold-secrets.ts'

/** Briefs the action team with the roots. It always runs, also after a stop; where nothing is wrong it has nothing to do. */
export const coordinateActions: Step = async (state, file) => {
  const roots = (state.diagnosis?.roots ?? []).map((root) => root.finding)
  if (roots.length === 0 || file.disabled_teams.includes('action')) return {}
  const { policy, settings } = file
  const brief = {
    roots,
    policy,
    human_in_loop_actions: settings.human_in_loop_actions,
    disagreement: state.disagreement,
  }
  try {
    const report = await actionTeam.run(brief, file.findings.all(), agentDeps(file, state, true))
    file.actions = report.actions.map((action) => withholdSecrets(action, file.redact))
    const { turns, tool_calls } = report
    return { reports: mergeReport({}, actionTeam.name, report.agents, []), turns, tool_calls }
  } catch (error) {
    file.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : 'the action team failed'
    const gap = { what: 'actions for the root causes', why, needs: 'a person who decides what to do' }
    return { reports: mergeReport({}, actionTeam.name, [], [gap]), gaps: gapRecord([gap], file.redact) }
  }
}
