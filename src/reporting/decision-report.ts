import type { RecommendedAction } from '#src/domain/action.ts'
import type { Decision, RootCause } from '#src/domain/decision.ts'
import type { Evidence } from '#src/domain/evidence.ts'
import type { Gap } from '#src/domain/gap.ts'
import { nameResource, printable } from './printable.ts'
import { describeGuard, describeRisk, describeWhatIf, titleOfPlan } from './render-plan.ts'

/*
 * A decision as people read it: an ordered report made of plain, printable sentences. The renderers only lay it out. Machine words
 * (mechanisms, kinds of actions, the stop condition) are in parentheses; ids of evidence and numbers of confidence are only in JSON.
 */

interface ReportFact {
  source: Evidence['source']
  statement: string
  /** Where to look it up. */
  where: string
  /** Anyone who runs the workload may have written it. */
  untrusted: boolean
}

export interface ReportCause {
  /** The object with the mechanism and, beside other causes, the confidence. */
  title: string
  statement: string
  facts: ReportFact[]
  /** Facts beyond those shown. */
  more_facts: number
}

interface ReportParam {
  name: string
  value: string
  /** Where the value was read. */
  from?: string
}

export interface ReportAction {
  title: string
  reason: string
  params: ReportParam[]
  needs: { param: string; ask: string }[]
  /** Risk, effect and safety check, a sentence each. */
  notes: string[]
  /** Whether an approval is required, and its status; words and ids of our own, which need no escaping. */
  approval: string
}

interface ReportLink {
  from: string
  to: string
  /** Absent where both are about one resource: its mechanisms say it. */
  because?: string
}

export interface DecisionReport {
  outcome: Decision['outcome']
  severity: string
  category: string
  /** The object of the first cause as `namespace/name`, or the service. */
  subject: string
  confidence: string
  summary: string
  causes: ReportCause[]
  chain: ReportLink[]
  action?: ReportAction
  /** Title and reason of the actions after the first. */
  others: string[]
  gaps: Gap[]
  /** Ids and the stop condition. */
  details: string
  /** Where the whole decision is kept; absent where it is not. */
  record?: string
}

/** A cause is understood from a few facts; the rest is in the record. */
const maxFacts = 4

const confidenceWords = [
  [0.85, 'high'],
  [0.6, 'medium'],
  [0, 'low'],
] as const

function describeConfidence(confidence: number): string {
  return confidenceWords.find(([from]) => confidence >= from)?.[1] ?? 'low'
}

/** The consequences on the same resource take one line together; each step to another resource has its own. */
function buildChain(links: Decision['causal_chain']): ReportLink[] {
  const own = new Map<string, string[]>()
  const onward: ReportLink[] = []
  for (const { from, to, because } of links) {
    const start = `${nameResource(from.resource)} (${from.mechanism})`
    const end = nameResource(to.resource)
    if (end === nameResource(from.resource)) own.set(start, [...(own.get(start) ?? []), to.mechanism])
    else onward.push({ from: start, to: `${end} (${to.mechanism})`, because: printable(because) })
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
  const statement = printable(evidence.statement)
  return { source, statement, where: whereOf(evidence), untrusted: trust === 'workload_text' }
}

function buildCause(cause: RootCause, isOnly: boolean, evidence: Map<string, Evidence>): ReportCause {
  const facts = cause.evidence.flatMap((id) => evidence.get(id) ?? [])
  const confidence = isOnly ? '' : `, confidence ${describeConfidence(cause.confidence)}`
  return {
    title: `${nameResource(cause.resource)} (${cause.mechanism}${confidence})`,
    statement: printable(cause.statement),
    facts: facts.slice(0, maxFacts).map(buildFact),
    more_facts: Math.max(0, facts.length - maxFacts),
  }
}

function buildAction(action: RecommendedAction, evidence: Map<string, Evidence>): ReportAction {
  const params = Object.entries(action.params).filter(([, value]) => value !== undefined)
  return {
    title: titleOfPlan(action),
    reason: printable(action.reason),
    params: params.map(([name, value]) => {
      const source = evidence.get(action.params_from[name] ?? '')
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return { name: printable(name), value: printable(text), ...(source && { from: whereOf(source) }) }
    }),
    needs: action.needs.map(({ param, ask }) => ({ param: printable(param), ask: printable(ask) })),
    notes: [describeRisk(action), describeWhatIf(action.what_if, action.needs), describeGuard(action.guard)].map(
      printable,
    ),
    approval: printable(describeApproval(action.approval)),
  }
}

function describeApproval({ required, status, id }: RecommendedAction['approval']): string {
  if (!required) return 'Approval: not required.'
  if (status === 'required') return 'Approval: required, not requested yet.'
  return `Approval: required, ${status}${id === undefined ? '' : ` (${id})`}.`
}

/** Who is affected, as short as it can be: `payments/payment-gateway`. */
function subjectOf({ root_causes, classification }: Decision): string {
  const { namespace, name } = root_causes[0]?.resource ?? { namespace: undefined, name: '' }
  return printable(namespace === undefined ? classification.service : `${namespace}/${name}`)
}

/** The report of a decision. `record` says where the whole of it is kept. */
export function buildReport(decision: Decision, record?: string): DecisionReport {
  const evidence = new Map(decision.evidence.map((fact) => [fact.id, fact]))
  const { incident_id, run_id, trace_id, stopped_by, root_causes, classification } = decision
  const [first, ...others] = decision.recommended_actions
  const ids = `incident ${incident_id}, run ${run_id}, trace ${trace_id}`
  return {
    outcome: decision.outcome,
    severity: classification.severity,
    category: printable(classification.category),
    subject: subjectOf(decision),
    confidence: describeConfidence(decision.confidence),
    summary: printable(decision.summary),
    causes: root_causes.map((cause) => buildCause(cause, root_causes.length === 1, evidence)),
    chain: buildChain(decision.causal_chain),
    ...(first && { action: buildAction(first, evidence) }),
    others: others.map((action) => `${titleOfPlan(action)}: ${printable(action.reason)}`),
    gaps: decision.gaps.map(({ what, why, needs }) => ({
      what: printable(what),
      why: printable(why),
      needs: printable(needs),
    })),
    details: printable(`${ids} (stop condition ${stopped_by})`),
    ...(record !== undefined && { record: printable(record) }),
  }
}
