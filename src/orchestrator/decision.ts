import { classify } from '#agents/classify.ts'
import type { Diagnosis } from '#agents/diagnosis-agent.ts'
import type { RecommendedAction } from '#src/domain/action.ts'
import { Decision, type RootCause, type TeamReport } from '#src/domain/decision.ts'
import type { Evidence } from '#src/domain/evidence.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import { fitText } from '#src/util/fit-text.ts'
import { planHash } from '#src/domain/plan-hash.ts'
import { sameRef } from '#src/domain/resource-ref.ts'
import type { RunContext } from './context.ts'
import { currentFindings } from './run-memory.ts'
import { gapRecord, type LeaderState } from './state.ts'

const maxRoots = 10
const maxEvidence = 40
const maxGaps = 20
/** What of it the roots may take together; the rest is for parameters of actions and for the chain. */
const maxRootEvidence = 30

/** The decision of a run, validated. Throws where the parts do not make one. */
export function buildDecision(state: LeaderState, run: RunContext): Decision {
  const { incident, snapshot, memory } = run
  const { redact } = snapshot
  const { diagnosis } = state
  if (!diagnosis) throw new Error('there is no diagnosis')
  const findings = currentFindings(state, memory)
  const roots = rootsOf(diagnosis, findings)
  const root_causes = roots.map(({ finding, confidence }) =>
    rootCause(finding, confidence, Math.floor(maxRootEvidence / roots.length)),
  )
  const actions = state.actions.map((id) => memory.action(id)).filter((action) => action !== undefined)
  const chained = chainedFindings(findings, diagnosis.chain)
  const cited = citedIds(root_causes, actions, chained)
    .map((id) => memory.evidence.get(id))
    .filter((fact) => fact !== undefined)
  const evidence = cited.slice(0, maxEvidence)
  const known = roots.reduce((sum, { finding }) => sum + finding.evidence.length, 0)
  const facts = known - root_causes.reduce((sum, cause) => sum + cause.evidence.length, 0)
  const rootFindings = roots.map((root) => root.finding)
  const gaps = relevantGaps(state, rootFindings, run.settings.confidence_threshold)
  const decision: Decision = {
    incident_id: incident.id,
    run_id: run.run_id,
    trace_id: run.trace_id,
    outcome: diagnosis.outcome,
    summary: fitText(redact(diagnosis.summary), 400),
    classification: {
      ...classify(roots[0]?.finding, chained, incident.resource),
      confidence: diagnosis.confidence,
    },
    root_causes,
    causal_chain: diagnosis.chain.map((link) => ({ ...link, because: fitText(redact(link.because), 300) })),
    evidence,
    recommended_actions: actions.map((action) => ({
      ...withKnownSources(action, evidence),
      plan_hash: planHash(action, { incident_id: incident.id, evidence }),
    })),
    gaps: [
      ...shownGaps(Object.values(gapRecord(gaps, redact))),
      ...leftOut(diagnosis.roots.length - maxRoots, 'root causes', maxRoots),
      ...leftOut(facts + cited.length - evidence.length, 'facts', maxEvidence),
    ],
    confidence: diagnosis.confidence,
    stopped_by: state.stopped_by ?? 'all_teams_reported',
    team_reports: Object.values(state.reports).map((report) => redactReport(report, redact)),
    usage: usageOf(state),
    timings_ms: timingsOf(state, run),
  }
  return Decision.parse(decision)
}

/** What the run has spent so far. */
export function usageOf({ turns, tool_calls, tokens }: LeaderState): Decision['usage'] {
  return { turns, tool_calls, model_tokens: tokens }
}

/** Milliseconds by step, and in total. */
export function timingsOf({ timings }: LeaderState, { clock, started }: RunContext): Decision['timings_ms'] {
  return { ...timings, total: clock() - started }
}

interface WeighedRoot {
  finding: Finding
  confidence: number
}

function rootsOf(diagnosis: Diagnosis, findings: readonly Finding[]): WeighedRoot[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]))
  return diagnosis.roots.slice(0, maxRoots).flatMap((root) => {
    const finding = byId.get(root.finding)
    return finding ? [{ finding, confidence: root.confidence }] : []
  })
}

function rootCause(finding: Finding, confidence: number, maxFacts: number): RootCause {
  const { resource, mechanism, statement, evidence } = finding
  return { resource, mechanism, statement, confidence, evidence: evidence.slice(0, maxFacts) }
}

/** A parameter is traced only to evidence that the decision shows. */
function withKnownSources(action: RecommendedAction, evidence: Evidence[]): RecommendedAction {
  const shown = new Set(evidence.map((fact) => fact.id))
  const sources = Object.entries(action.params_from).filter(([, id]) => shown.has(id))
  return { ...action, params_from: Object.fromEntries(sources) }
}

/** Findings that the chain shows, as far as they are known. */
function chainedFindings(findings: readonly Finding[], chain: Decision['causal_chain']): Finding[] {
  const points = chain.flatMap(({ from, to }) => [from, to])
  return findings.filter((finding) =>
    points.some((point) => point.mechanism === finding.mechanism && sameRef(point.resource, finding.resource)),
  )
}

/** Only what is cited: by the roots first, then by parameters of actions, then by the chain. */
function citedIds(
  roots: readonly RootCause[],
  actions: readonly RecommendedAction[],
  chained: readonly Finding[],
): string[] {
  const ids = new Set([
    ...roots.flatMap((root) => root.evidence),
    ...actions.flatMap((action) => Object.values(action.params_from)),
    ...chained.flatMap((finding) => finding.evidence.slice(0, 2)),
  ])
  return [...ids]
}

/**
 * What could not be seen and could change the verdict. What the snapshot lacks always counts. What logs could have shown does not
 * count once a confident diagnosis explains every symptom; what metrics could have shown counts only where a root is of a kind
 * that metrics were asked about.
 */
export function relevantGaps(state: LeaderState, roots: readonly Finding[], confidenceThreshold: number): Gap[] {
  const { diagnosis, reports } = state
  const settled =
    diagnosis?.outcome === 'issue' && diagnosis.confidence >= confidenceThreshold && diagnosis.unexplained.length === 0
  const logGaps = settled ? [] : (reports['log']?.gaps ?? [])
  const measurable = new Set(state.metric_questions.map((question) => question.mechanism))
  const isMeasurable = roots.some((root) => measurable.has(root.mechanism))
  const metricGaps = isMeasurable ? (reports['metric']?.gaps ?? []) : []
  return [...Object.values(state.gaps), ...logGaps, ...metricGaps]
}

/** The first gaps, and how many more there are: what is not shown is counted. */
function shownGaps(gaps: readonly Gap[]): Gap[] {
  return [...gaps.slice(0, maxGaps), ...leftOut(gaps.length - maxGaps, 'gaps', maxGaps)]
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
