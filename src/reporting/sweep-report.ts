import type { RecommendedAction } from '#src/domain/action.ts'
import type { Decision, Outcome, RootCause } from '#src/domain/decision.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import type { Priority } from '#src/domain/severity.ts'
import { nameResource, printable } from './printable.ts'
import { nameOfPlan } from './render-plan.ts'

/*
 * Many namespaces as one snapshot: what is wrong, the worst first, and a cause that several namespaces share only once.
 */

export interface BriefCause {
  /** The same for the same fault, whichever namespace was asked. */
  key: string
  resource: string
  mechanism: string
  statement: string
}

export interface BriefAction {
  /** The same for the same change. */
  key: string
  /** The object that is changed. */
  target: string
  /** `roll back Deployment/cart in shop` */
  title: string
  reason: string
  /** `container = app, name = CART_URL` */
  params: string
  /** `value must be given: Which address has the cart?` */
  needs: string[]
  /** Why the guard denies it; absent where it does not. */
  denied?: string
}

/** A namespace in a summary. */
export interface NamespaceBrief {
  namespace: string
  outcome: Outcome
  severity: Priority
  summary: string
  causes: BriefCause[]
  actions: BriefAction[]
  /** What could not be seen. */
  missing: string[]
}

/** A brief keeps no more than the summary shows, so that hundreds of them stay small. */
const briefLimits = { causes: 8, actions: 4, missing: 3, characters: 300 }

function clip(text: string): string {
  const line = printable(text)
  return line.length > briefLimits.characters ? `${line.slice(0, briefLimits.characters - 1)}…` : line
}

function briefCause({ resource, mechanism, statement }: RootCause): BriefCause {
  return {
    key: `${refKey(resource)} ${mechanism}`,
    resource: nameResource(resource),
    mechanism,
    statement: clip(statement),
  }
}

function briefAction({ kind, target, reason, params, needs, guard }: RecommendedAction): BriefAction {
  const values = Object.entries(params).filter(([, value]) => value !== undefined)
  const shown = values.map(([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return {
    key: `${kind} ${refKey(target)}`,
    target: nameResource(target),
    title: nameOfPlan({ kind, target }),
    reason: clip(reason),
    params: clip(shown.join(', ')),
    needs: needs.map(({ param, ask }) => clip(`${param} must be given: ${ask}`)),
    ...(guard.verdict === 'deny' && { denied: clip(guard.reasons.join('; ')) }),
  }
}

/** The brief of an answered namespace. */
export function briefOf(namespace: string, decision: Decision): NamespaceBrief {
  const gaps = decision.gaps.map(({ what, why, needs }) => clip(`${what}: ${why} (needs ${needs})`))
  return {
    namespace: printable(namespace),
    outcome: decision.outcome,
    severity: decision.classification.severity,
    summary: clip(decision.summary),
    causes: decision.root_causes.slice(0, briefLimits.causes).map(briefCause),
    actions: decision.recommended_actions.slice(0, briefLimits.actions).map(briefAction),
    missing: gaps.slice(0, briefLimits.missing),
  }
}

/** The brief of a namespace that gave no answer: unknown, and why. */
export function briefOfFailure(namespace: string, why: string): NamespaceBrief {
  const summary = clip(`no answer: ${why}`)
  const nothing = { causes: [], actions: [], missing: [summary] }
  return { namespace: printable(namespace), outcome: 'unknown', severity: 'P5', summary, ...nothing }
}

/** The sweep, besides its answers. */
export interface SweepFacts {
  /** The cluster's name, for people. */
  context: string
  /** Namespaces that it should ask about. */
  namespaces: number
  /** System namespaces that it does not ask about. */
  left_out: number
  ms: number
  /** Why the list of namespaces is not whole; absent where it is. */
  cut?: string
}

/** Namespaces by outcome; those without an answer are unknown. */
export interface SweepTotals {
  namespaces: number
  issue: number
  unknown: number
  healthy: number
  recovered: number
  /** The sweep was stopped before their answer. */
  not_asked: number
  left_out: number
  ms: number
}

/** One thing that is wrong: in one namespace, or in several with the same cause. */
export interface SweepIssue {
  severity: Priority
  namespaces: string[]
  causes: BriefCause[]
  /** Shown where the decision names no cause. */
  summary: string
  action?: BriefAction
}

/** Namespaces that lack the same. */
export interface UnseenGroup {
  namespaces: string[]
  missing: string[]
}

/** A sweep as people read it. */
export interface SweepReport {
  facts: SweepFacts
  totals: SweepTotals
  issues: SweepIssue[]
  unknown: UnseenGroup[]
  /** Answered, but something could not be seen. */
  partly_seen: UnseenGroup[]
}

/** Counts the answers. */
export function sumUpSweep(briefs: NamespaceBrief[], facts: SweepFacts): SweepTotals {
  const counts = { issue: 0, unknown: 0, healthy: 0, recovered: 0 }
  for (const { outcome } of briefs) counts[outcome]++
  const { namespaces, left_out, ms } = facts
  return { namespaces, ...counts, not_asked: namespaces - briefs.length, left_out, ms: Math.round(ms) }
}

const byWord = (left: string, right: string): number => (left < right ? -1 : Number(left > right))
const worstFirst = (left: SweepIssue, right: SweepIssue): number =>
  byWord(left.severity, right.severity) ||
  right.namespaces.length - left.namespaces.length ||
  byWord(left.namespaces[0] ?? '', right.namespaces[0] ?? '')

/** The causes that more than one namespace names, with those namespaces. */
function sharedCauses(briefs: NamespaceBrief[]): Map<string, NamespaceBrief[]> {
  const named = new Map<string, NamespaceBrief[]>()
  for (const brief of briefs) {
    for (const key of new Set(brief.causes.map((cause) => cause.key)))
      named.set(key, [...(named.get(key) ?? []), brief])
  }
  return new Map([...named].filter(([, affected]) => affected.length > 1))
}

/** Where a decision names several causes, its first action is for the first of them. */
function sharedIssue(key: string, affected: NamespaceBrief[]): SweepIssue {
  const causeOf = (brief: NamespaceBrief) => brief.causes.find((cause) => cause.key === key)
  const leading = affected.find((brief) => brief.causes[0]?.key === key) ?? affected[0]
  const cause = leading && causeOf(leading)
  const action = leading?.actions.find((candidate) => candidate.target === cause?.resource)
  const fallback = leading?.causes[0]?.key === key ? leading.actions[0] : undefined
  const chosen = action ?? fallback
  return {
    severity: affected.map((brief) => brief.severity).toSorted(byWord)[0] ?? 'P5',
    namespaces: affected.map((brief) => brief.namespace).toSorted(byWord),
    causes: cause ? [cause] : [],
    summary: '',
    ...(chosen && { action: chosen }),
  }
}

/** What is wrong in one namespace besides the shared causes. */
function ownIssue(brief: NamespaceBrief, shared: ReadonlySet<string>, reported: ReadonlySet<string>): SweepIssue[] {
  const causes = brief.causes.filter((cause) => !shared.has(cause.key))
  if (causes.length === 0 && brief.causes.length > 0) return []
  const action = brief.actions.find((candidate) => !reported.has(candidate.key))
  const { severity, namespace, summary } = brief
  return [{ severity, namespaces: [namespace], causes, summary, ...(action && { action }) }]
}

/** The name of the own namespace is replaced, so that hundreds of namespaces with the same gap make one group. */
function groupUnseen(briefs: NamespaceBrief[]): UnseenGroup[] {
  const groups = Map.groupBy(briefs, ({ namespace, missing, summary }) => {
    const lines = missing.length > 0 ? missing : [summary]
    return lines.map((line) => line.replaceAll(`namespace ${namespace}`, 'the namespace')).join('\n')
  })
  return [...groups].map(([missing, members]) => ({
    namespaces: members.map((brief) => brief.namespace).toSorted(byWord),
    missing: missing.split('\n'),
  }))
}

/** The report of a sweep. */
export function buildSweepReport(briefs: NamespaceBrief[], facts: SweepFacts): SweepReport {
  const withIssue = briefs.filter((brief) => brief.outcome === 'issue')
  const shared = sharedCauses(withIssue)
  const common = [...shared].map(([key, affected]) => sharedIssue(key, affected))
  const keys = new Set(shared.keys())
  const reported = new Set(common.flatMap(({ action }) => (action ? [action.key] : [])))
  const own = withIssue.flatMap((brief) => ownIssue(brief, keys, reported))
  const partly = briefs.filter((brief) => brief.outcome !== 'unknown' && brief.missing.length > 0)
  return {
    facts: { ...facts, context: printable(facts.context), ...(facts.cut && { cut: printable(facts.cut) }) },
    totals: sumUpSweep(briefs, facts),
    issues: [...common, ...own].toSorted(worstFirst),
    unknown: groupUnseen(briefs.filter((brief) => brief.outcome === 'unknown')),
    partly_seen: groupUnseen(partly),
  }
}

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`

/** The sweep in sentences: the outcomes, and what it did not cover. */
export function describeSweep({ totals, facts, partly_seen }: SweepReport): { title: string; lines: string[] } {
  const { namespaces, issue, unknown, healthy, recovered, not_asked, left_out } = totals
  const answered = namespaces - not_asked
  const outcomes = [
    not_asked > 0 ? `${answered} of ${namespaces} namespaces` : count(namespaces, 'namespace'),
    `${issue} with an issue`,
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    `${healthy} healthy`,
    ...(recovered > 0 ? [`${recovered} recovered`] : []),
  ]
  const lines = []
  if (not_asked > 0) lines.push(`Interrupted: nothing is known of the other ${count(not_asked, 'namespace')}.`)
  if (facts.cut !== undefined) lines.push(`There are more namespaces than were listed: ${facts.cut}.`)
  if (left_out > 0) lines.push(`Not asked: ${count(left_out, 'system namespace')} (--include-system includes them).`)
  const partly = partly_seen.flatMap((group) => group.namespaces).length
  if (partly > 0) lines.push(`Not everything could be seen in ${count(partly, 'answered namespace')}, see below.`)
  return { title: `${facts.context}: ${outcomes.join(', ')} (${(facts.ms / 1000).toFixed(1)} s)`, lines }
}
