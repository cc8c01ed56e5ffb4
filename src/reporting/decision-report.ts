import type { RecommendedAction } from '#src/domain/action.ts'
import type { Decision, RootCause } from '#src/domain/decision.ts'
import type { Evidence } from '#src/domain/evidence.ts'
import type { Gap } from '#src/domain/gap.ts'
import { nameResource } from './name-resource.ts'
import { printable } from './printable.ts'

/*
 * A decision as people read it: an ordered report made of plain, printable lines. The renderers only lay it out.
 */

interface ReportFact {
  id: string
  source: Evidence['source']
  statement: string
  /** Where to look it up. */
  where: string
  /** Whoever runs the workload may have written it. */
  claimed: boolean
}

export interface ReportCause {
  resource: string
  mechanism: string
  statement: string
  confidence: number
  facts: ReportFact[]
  /** Facts beyond those shown. */
  more_facts: number
}

interface ReportParam {
  name: string
  value: string
  /** The fact that it was derived from: its id where the report shows it, else what it says. */
  from?: string
}

export interface ReportAction {
  kind: string
  target: string
  reason: string
  params: ReportParam[]
  needs: { param: string; ask: string }[]
  risk: RecommendedAction['risk']
  reversible: boolean
  what_if: string
  guard: string
  approval: string
}

export interface ReportLink {
  from: string
  to: string
  /** Absent where both are about one resource: its mechanisms say it. */
  because?: string
}

export interface DecisionReport {
  outcome: Decision['outcome']
  severity: string
  category: string
  service: string
  confidence: number
  summary: string
  causes: ReportCause[]
  chain: ReportLink[]
  action?: ReportAction
  /** Kind, target and reason of the actions after the first. */
  others: string[]
  gaps: Gap[]
  stopped_by: string
  ids: { incident: string; run: string; trace: string }
  /** Where the whole decision is kept; absent where it is not. */
  record?: string
}

/** A cause is understood from a few facts; the rest is in the record. */
const factsShown = 4

/** What a mechanism brings about on its own resource takes one line together; each step to another resource has its own. */
function buildChain(links: Decision['causal_chain']): ReportLink[] {
  const own = new Map<string, string[]>()
  const onward: ReportLink[] = []
  for (const { from, to, because } of links) {
    const start = `${nameResource(from.resource)} (${from.mechanism})`
    const there = nameResource(to.resource)
    if (there === nameResource(from.resource)) own.set(start, [...(own.get(start) ?? []), to.mechanism])
    else onward.push({ from: start, to: `${there} (${to.mechanism})`, because: printable(because) })
  }
  return [...[...own].map(([from, effects]) => ({ from, to: effects.join(', ') })), ...onward]
}

function whereOf({ ref }: Evidence): string {
  if ('object' in ref) {
    const { kind, namespace, name, path } = ref.object
    return printable(`${nameResource({ kind, namespace, name })} ${path}`)
  }
  if ('event' in ref) return printable(`event ${ref.event.uid}`)
  if ('log' in ref) return printable(`log of ${ref.log.pod}/${ref.log.container}, restart ${ref.log.restart}`)
  return printable(`metric ${ref.metric.query}`)
}

function buildFact(evidence: Evidence): ReportFact {
  const { source, trust } = evidence
  const id = printable(evidence.id)
  const statement = printable(evidence.statement)
  return { id, source, statement, where: whereOf(evidence), claimed: trust === 'workload_text' }
}

function buildCause(cause: RootCause, evidence: Map<string, Evidence>): ReportCause {
  const facts = cause.evidence.flatMap((id) => evidence.get(id) ?? [])
  return {
    resource: nameResource(cause.resource),
    mechanism: cause.mechanism,
    statement: printable(cause.statement),
    confidence: cause.confidence,
    facts: facts.slice(0, factsShown).map(buildFact),
    more_facts: Math.max(0, facts.length - factsShown),
  }
}

/** What is asked for decides, where that is all that stands in the way. */
function tellWhatIf({ what_if, needs }: RecommendedAction): string {
  const asked = needs.map(({ param }) => `\`${param}\``).join(', ')
  if (what_if.would_resolve === 'unknown' && asked)
    return `open until ${asked} ${needs.length > 1 ? 'are' : 'is'} given`
  const verdict = what_if.would_resolve === 'unknown' ? 'not known' : what_if.would_resolve
  return `${verdict}: ${what_if.because}`
}

function buildAction(action: RecommendedAction, evidence: Map<string, Evidence>, shown: Set<string>): ReportAction {
  const { kind, risk, reversible, guard, approval } = action
  const params = Object.entries(action.params).filter(([, value]) => value !== undefined)
  return {
    kind,
    target: nameResource(action.target),
    reason: printable(action.reason),
    params: params.map(([name, value]) => {
      const source = evidence.get(action.params_from[name] ?? '')
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      const from = source && (shown.has(source.id) ? source.id : source.statement)
      return { name: printable(name), value: printable(text), ...(from && { from: printable(from) }) }
    }),
    needs: action.needs.map(({ param, ask }) => ({ param: printable(param), ask: printable(ask) })),
    risk,
    reversible,
    what_if: printable(tellWhatIf(action)),
    guard: printable([guard.verdict.replace('_', ' '), guard.reasons.join('; ')].filter(Boolean).join(': ')),
    approval: tellApproval(approval),
  }
}

function tellApproval({ required, status, id }: RecommendedAction['approval']): string {
  if (!required || status === 'required') return status.replace('_', ' ')
  return id === undefined ? `required, ${status}` : `required, ${status} (${printable(id)})`
}

/** The report of a decision. `record` says where the whole of it is kept. */
export function buildReport(decision: Decision, record?: string): DecisionReport {
  const evidence = new Map(decision.evidence.map((fact) => [fact.id, fact]))
  const { severity, category, service } = decision.classification
  const [first, ...others] = decision.recommended_actions
  const causes = decision.root_causes.map((cause) => buildCause(cause, evidence))
  const shown = new Set(causes.flatMap((cause) => cause.facts.map((fact) => fact.id)))
  return {
    outcome: decision.outcome,
    severity,
    category: printable(category),
    service: printable(service),
    confidence: decision.confidence,
    summary: printable(decision.summary),
    causes,
    chain: buildChain(decision.causal_chain),
    ...(first && { action: buildAction(first, evidence, shown) }),
    others: others.map(({ kind, target, reason }) => `${kind} ${nameResource(target)}: ${printable(reason)}`),
    gaps: decision.gaps.map((gap) => ({
      what: printable(gap.what),
      why: printable(gap.why),
      needs: printable(gap.needs),
    })),
    stopped_by: decision.stopped_by,
    ids: {
      incident: printable(decision.incident_id),
      run: printable(decision.run_id),
      trace: printable(decision.trace_id),
    },
    ...(record !== undefined && { record: printable(record) }),
  }
}
