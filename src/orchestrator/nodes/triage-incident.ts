import { runAgent } from '#agents/run-agent.ts'
import { triageAgent } from '#agents/triage-agent.ts'
import { agentDeps } from '#src/orchestrator/agent-deps.ts'
import type { CaseFile } from '#src/orchestrator/case-file.ts'
import { gapRecord } from '#src/orchestrator/gap-record.ts'
import type { LeaderState } from '#src/orchestrator/leader-state.ts'
import { logTargetKey } from '#src/orchestrator/log-target-key.ts'
import { mergeReport } from '#src/orchestrator/merge-report.ts'
import type { Step } from '#src/orchestrator/step.ts'
import { summarizeFindings } from '#src/orchestrator/summarize-findings.ts'

/** Lets the rules read the picture, and says which teams are needed and what they are asked. */
export const triageIncident: Step = async (state, file) => {
  const input = { brief: { incident: file.incident }, results: [], findings: file.findings.all() }
  const result = await runAgent(triageAgent, input, agentDeps(file, state))
  if (result.kind === 'handoff') throw new Error('triage handed off, which it may not')
  const { findings, classification, log_targets, metric_questions, failed_rules } = result.output
  const found = file.findings.replace(findings, triageAgent.name)
  const asked = new Set(file.logs_asked)
  file.log_targets = log_targets.filter((target) => !asked.has(logTargetKey(target)))
  file.asked_unwell ||= file.log_targets.some((target) => !target.ready)
  if (!state.reports['metric']) file.metric_questions = metric_questions
  const gaps = failed_rules.map((rule) => ({
    what: 'what one family of rules would have found',
    why: rule,
    needs: 'a repeat of the investigation',
  }))
  return {
    classification,
    findings: summarizeFindings(found),
    teams_asked: neededTeams(state, file),
    reports: mergeReport(
      state.reports,
      'leader',
      [{ name: triageAgent.name, mind: result.mind, said: result.said }],
      [],
    ),
    gaps: gapRecord(gaps, file.redact),
    turns: result.turns,
    tool_calls: result.tool_calls,
  }
}

function neededTeams(state: LeaderState, file: CaseFile): string[] {
  return [
    ...(file.log_targets.length > 0 ? (['log'] as const) : []),
    ...(file.metric_questions.length > 0 && !state.reports['metric'] ? (['metric'] as const) : []),
  ].filter((team) => !file.disabled_teams.includes(team))
}
