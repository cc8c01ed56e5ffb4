import { type Diagnosis, diagnosisAgent } from '#agents/diagnosis-agent.ts'
import { type AgentResult, runAgent } from '#agents/run-agent.ts'
import type { Gap } from '#src/domain/gap.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { agentDeps } from '#src/orchestrator/agent-deps.ts'
import type { CaseFile } from '#src/orchestrator/case-file.ts'
import { gapRecord } from '#src/orchestrator/gap-record.ts'
import { mostLooks } from '#src/orchestrator/most-looks.ts'
import { mergeReport } from '#src/orchestrator/merge-report.ts'
import type { Step } from '#src/orchestrator/step.ts'
import { worstFindings } from '#src/orchestrator/worst-findings.ts'

/** Looks for the roots over all findings, and says what outside the picture should be looked at. */
export const diagnose: Step = async (state, file) => {
  const unread = state.reports['log']?.gaps ?? []
  const gaps = [...Object.values(state.gaps), ...(file.asked_unwell ? unread : [])]
  const brief = { incident: file.incident, gaps, unread_logs: file.asked_unwell ? 0 : unread.length }
  const all = file.findings.all()
  const weighed = worstFindings(all)
  const input = { brief, results: [], findings: weighed }
  const result = await runAgent(diagnosisAgent, input, agentDeps(file, state, true))
  if (result.kind === 'handoff') throw new Error('diagnosis handed off, which it may not')
  const { diagnosis, disagreement, mind, said } = settle(result, file)
  const unseen = diagnosis.look_at.filter((ref) => !state.looked_at[refKey(ref)])
  const look_at = state.looks < mostLooks ? unseen : []
  return {
    diagnosis,
    disagreement,
    look_at,
    gaps: gapRecord(
      [...(diagnosis.missing ? [diagnosis.missing] : []), ...leftOut(all.length - weighed.length)],
      file.redact,
    ),
    reports: mergeReport(state.reports, 'leader', [{ name: diagnosisAgent.name, mind, said }], []),
    turns: result.turns,
    tool_calls: result.tool_calls,
  }
}

/** In a disaster not every finding is weighed against every other. */
function leftOut(count: number): Gap[] {
  if (count === 0) return []
  return [
    { what: `${count} milder findings`, why: 'only the worst are weighed', needs: 'a question about one workload' },
  ]
}

interface Settled {
  diagnosis: Diagnosis
  disagreement: boolean
  mind: string
  said: string
}

/** A model's diagnosis stands only where it cites findings that exist and, where operators demand it, names the rules' root. */
function settle(result: Extract<AgentResult<Diagnosis>, { kind: 'output' }>, file: CaseFile): Settled {
  const { output, rules_output, mind, said } = result
  if (!rules_output) return { diagnosis: output, disagreement: false, mind, said }
  const rules = { diagnosis: rules_output, mind: 'rules' }
  const unknown = output.roots.find((root) => !file.findings.get(root.finding))
  if (unknown)
    return {
      ...rules,
      disagreement: false,
      said: `${mind} cited a finding that does not exist; the rules' answer stands.`,
    }
  const agree = output.roots[0]?.finding === rules_output.roots[0]?.finding
  if (agree || !file.settings.require_consensus) return { diagnosis: output, disagreement: false, mind, said }
  return {
    ...rules,
    disagreement: true,
    said: `${mind} names another root; the rules' answer stands and approval is required.`,
  }
}
