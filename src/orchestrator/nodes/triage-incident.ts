import { runAgent } from '#agents/run-agent.ts'
import type { LogTarget } from '#agents/select-log-targets.ts'
import { triageAgent } from '#agents/triage-agent.ts'
import type { Gap } from '#src/domain/gap.ts'
import { agentDeps, type RunContext } from '#src/orchestrator/context.ts'
import { currentFindings } from '#src/orchestrator/run-memory.ts'
import { gapRecord, indexFindings, mergeReport } from '#src/orchestrator/state.ts'
import type { Step } from '#src/orchestrator/step.ts'

/** Lets the rules read the snapshot, and says which teams are needed and what they are asked. */
export const triageIncident: Step = async (state, run, notes) => {
  const before = currentFindings(state, run.memory)
  const input = { brief: { incident: run.incident }, results: [], findings: before }
  const result = await runAgent(triageAgent, input, agentDeps(run, state, notes))
  if (result.kind === 'handoff') throw new Error('triage handed off, which it may not')
  const { findings, classification, metric_questions, failed_rules } = result.output
  const found = notes.addFindings(findings, triageAgent.name)
  const log_targets = newTargets(result.output.log_targets, run.memory.logTargets(state.observations).earlier)
  if (log_targets.length > 0) notes.add({ log_targets })
  const isMeasured = state.reports['metric'] !== undefined
  const said = { name: triageAgent.name, mind: result.mind, said: result.said }
  return {
    classification,
    findings: {
      removed: before.filter(({ found_by }) => found_by === triageAgent.name).map(({ id }) => id),
      found: indexFindings(found),
    },
    teams_asked: neededTeams(run, log_targets.length, isMeasured ? 0 : metric_questions.length),
    asked_unwell: log_targets.some((target) => !target.ready),
    ...(isMeasured ? {} : { metric_questions }),
    reports: mergeReport(state.reports, 'leader', [said], []),
    gaps: gapRecord(failed_rules.map(notFound), run.snapshot.redact),
    turns: result.turns,
    tool_calls: result.tool_calls,
  }
}

/** The log team is not asked for the same container twice. */
function newTargets(targets: readonly LogTarget[], earlier: readonly LogTarget[]): LogTarget[] {
  const asked = new Set(earlier.map(targetKey))
  return targets.filter((target) => !asked.has(targetKey(target)))
}

function targetKey({ namespace, pod, container }: LogTarget): string {
  return `${namespace}/${pod}/${container}`
}

function neededTeams({ disabled_teams }: RunContext, logTargets: number, metricQuestions: number): string[] {
  return [...(logTargets > 0 ? (['log'] as const) : []), ...(metricQuestions > 0 ? (['metric'] as const) : [])].filter(
    (team) => !disabled_teams.includes(team),
  )
}

function notFound(rule: string): Gap {
  return { what: 'what one family of rules would have found', why: rule, needs: 'a repeat of the investigation' }
}
