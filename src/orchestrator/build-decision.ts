import { classify } from '#agents/classify.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import { Decision, type RootCause, type TeamReport } from '#src/domain/decision.ts'
import type { Evidence } from '#src/domain/evidence.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import { fitText } from '#src/util/fit-text.ts'
import { planHash } from '#src/domain/plan-hash.ts'
import { sameRef } from '#src/domain/resource-ref.ts'
import type { CaseFile } from './case-file.ts'
import { gapRecord } from './gap-record.ts'
import type { LeaderState } from './leader-state.ts'
import { relevantGaps } from './relevant-gaps.ts'

const mostRoots = 10
const mostEvidence = 40
const mostGaps = 20
/** What of it the roots may take together; the rest is for parameters of actions and for the chain. */
const rootEvidence = 30

/** The decision of a run, validated. Throws where the parts do not make one. */
export function buildDecision(state: LeaderState, file: CaseFile): Decision {
  const { incident, run_id, trace_id, redact } = file
  const diagnosis = state.diagnosis
  if (!diagnosis) throw new Error('there is no diagnosis')
  const roots = diagnosis.roots.slice(0, mostRoots).flatMap(({ finding, confidence }) => {
    const known = file.findings.get(finding)
    return known ? [{ finding: known, confidence }] : []
  })
  const root_causes = roots.map((root) =>
    rootCause(root.finding, root.confidence, Math.floor(rootEvidence / roots.length)),
  )
  const asked = { metric: file.metric_questions, confidence_threshold: file.settings.confidence_threshold }
  const causal_chain = diagnosis.chain.map((link) => ({ ...link, because: fitText(redact(link.because), 300) }))
  const gaps = relevantGaps(
    state,
    roots.map((root) => root.finding),
    asked,
  )
  const cited = citedEvidence(root_causes, file, diagnosis.chain)
  const evidence = cited.slice(0, mostEvidence)
  const known = roots.reduce((sum, { finding }) => sum + finding.evidence.length, 0)
  const facts = known - root_causes.reduce((sum, cause) => sum + cause.evidence.length, 0)
  const decision: Decision = {
    incident_id: incident.id,
    run_id,
    trace_id,
    outcome: diagnosis.outcome,
    summary: fitText(redact(diagnosis.summary), 400),
    classification: {
      ...classify(roots[0]?.finding, chained(file, diagnosis.chain), incident.resource),
      confidence: diagnosis.confidence,
    },
    root_causes,
    causal_chain,
    evidence,
    recommended_actions: file.actions.map((action) => ({
      ...withKnownSources(action, evidence),
      plan_hash: planHash(action, { incident_id: incident.id, evidence }),
    })),
    gaps: [
      ...shownGaps(Object.values(gapRecord(gaps, redact))),
      ...leftOut(diagnosis.roots.length - mostRoots, 'root causes', mostRoots),
      ...leftOut(facts + cited.length - evidence.length, 'facts', mostEvidence),
    ],
    confidence: diagnosis.confidence,
    stopped_by: state.stopped_by ?? 'all_teams_reported',
    team_reports: Object.values(state.reports).map((report) => redactReport(report, redact)),
    usage: { turns: state.turns, tool_calls: state.tool_calls, model_tokens: state.tokens },
    timings_ms: { ...file.timings, total: file.clock() - file.started },
  }
  return Decision.parse(decision)
}

function rootCause(finding: Finding, confidence: number, mostFacts: number): RootCause {
  const { resource, mechanism, statement, evidence } = finding
  return { resource, mechanism, statement, confidence, evidence: evidence.slice(0, mostFacts) }
}

/** A parameter is traced only to evidence that the decision shows. */
function withKnownSources(action: RecommendedAction, evidence: Evidence[]): RecommendedAction {
  const shown = new Set(evidence.map((fact) => fact.id))
  const sources = Object.entries(action.params_from).filter(([, id]) => shown.has(id))
  return { ...action, params_from: Object.fromEntries(sources) }
}

/** Findings that the chain shows, as far as they are known. */
function chained(file: CaseFile, chain: Decision['causal_chain']): Finding[] {
  const points = chain.flatMap(({ from, to }) => [from, to])
  return file.findings
    .all()
    .filter((finding) =>
      points.some((point) => point.mechanism === finding.mechanism && sameRef(point.resource, finding.resource)),
    )
}

/** Only what is cited: by the roots first, then by parameters of actions, then by the chain. */
function citedEvidence(roots: RootCause[], file: CaseFile, chain: Decision['causal_chain']): Evidence[] {
  const ids = new Set([
    ...roots.flatMap((root) => root.evidence),
    ...file.actions.flatMap((action) => Object.values(action.params_from)),
    ...chained(file, chain).flatMap((finding) => finding.evidence.slice(0, 2)),
  ])
  return [...ids].map((id) => file.ledger.get(id)).filter((fact) => fact !== undefined)
}

/** The first gaps, and how many more there are: what is not shown is told. */
function shownGaps(gaps: readonly Gap[]): Gap[] {
  return [...gaps.slice(0, mostGaps), ...leftOut(gaps.length - mostGaps, 'gaps', mostGaps)]
}

function leftOut(count: number, what: string, shown: number): Gap[] {
  if (count <= 0) return []
  return [{ what: `${count} more ${what}`, why: `a decision shows ${shown}`, needs: 'a question about one workload' }]
}

function redactReport(report: TeamReport, redact: (text: string) => string): TeamReport {
  return {
    ...report,
    agents: report.agents.map((agent) => ({ ...agent, said: redact(agent.said) })),
    gaps: Object.values(gapRecord(report.gaps, redact)),
  }
}
