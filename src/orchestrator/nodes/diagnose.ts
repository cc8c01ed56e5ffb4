import { type Diagnosis, diagnosisAgent, type DiagnosisBrief } from '#agents/diagnosis-agent.ts'
import { type AgentResult, runAgent } from '#agents/run-agent.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import { vocabulary } from '#agents/vocabulary.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { compareSeverity } from '#src/domain/severity.ts'
import { agentDeps, type RunContext } from '#src/orchestrator/context.ts'
import { currentFindings } from '#src/orchestrator/run-memory.ts'
import { gapRecord, type LeaderState, mergeReport } from '#src/orchestrator/state.ts'
import type { Step } from '#src/orchestrator/step.ts'

/** Observations of one run: the first, and two more of what findings point to outside the snapshot. */
export const maxObservations = 3
/** Weighing findings against each other costs the square of their number, and no reader needs more. */
const maxWeighed = 300

/** Finds the roots over all findings, and says what outside the snapshot should be observed. */
export const diagnose: Step = async (state, run, notes) => {
  const all = currentFindings(state, run.memory)
  const findings = worstFindings(all)
  const input = { brief: briefOf(state, run), results: [], findings }
  const result = await runAgent(diagnosisAgent, input, agentDeps(run, state, notes, true))
  if (result.kind === 'handoff') throw new Error('diagnosis handed off, which it may not')
  const { diagnosis, disagreement, mind, said } = settle(result, all, run.settings.require_consensus)
  const unseen = diagnosis.to_observe.filter((ref) => !state.observed[refKey(ref)])
  const missing = diagnosis.missing ? [diagnosis.missing] : []
  return {
    diagnosis,
    disagreement,
    to_observe: state.observations < maxObservations ? unseen : [],
    gaps: gapRecord([...missing, ...leftOut(all.length - findings.length)], run.snapshot.redact),
    reports: mergeReport(state.reports, 'leader', [{ name: diagnosisAgent.name, mind, said }], []),
    turns: result.turns,
    tool_calls: result.tool_calls,
  }
}

function briefOf(state: LeaderState, { incident }: RunContext): DiagnosisBrief {
  const unread = state.reports['log']?.gaps ?? []
  const gaps = [...Object.values(state.gaps), ...(state.asked_unwell ? unread : [])]
  return { incident, gaps, unread_logs: state.asked_unwell ? 0 : unread.length }
}

/** The findings that are weighed: all of them, and in a disaster the most severe and the most specific. */
export function worstFindings(findings: Finding[]): Finding[] {
  if (findings.length <= maxWeighed) return findings
  const order = findings.toSorted(
    (left, right) =>
      compareSeverity(left.severity, right.severity) ||
      vocabulary.weightOf(right.mechanism) - vocabulary.weightOf(left.mechanism),
  )
  return order.slice(0, maxWeighed)
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
function settle(
  result: Extract<AgentResult<Diagnosis>, { kind: 'output' }>,
  findings: readonly Finding[],
  needsConsensus: boolean,
): Settled {
  const { output, rules_output, mind, said } = result
  if (!rules_output) return { diagnosis: output, disagreement: false, mind, said }
  const rules = { diagnosis: rules_output, mind: 'rules' }
  const unknown = output.roots.find((root) => !findings.some(({ id }) => id === root.finding))
  if (unknown)
    return {
      ...rules,
      disagreement: false,
      said: `${mind} cited a finding that does not exist; the rules' answer stands.`,
    }
  const agree = output.roots[0]?.finding === rules_output.roots[0]?.finding
  if (agree || !needsConsensus) return { diagnosis: output, disagreement: false, mind, said }
  return {
    ...rules,
    disagreement: true,
    said: `${mind} names another root; the rules' answer stands and approval is required.`,
  }
}
