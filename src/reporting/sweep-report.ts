import type { Priority } from '#src/domain/severity.ts'
import type { BriefAction, BriefCause, NamespaceBrief } from './namespace-brief.ts'
import { printable } from './printable.ts'

/*
 * Many namespaces as one picture: what is wrong, worst first, and a fault that several namespaces suffer from told once.
 */

/** What the sweep was, besides its answers. */
export interface SweepFacts {
  /** The cluster's name, for people. */
  context: string
  /** Namespaces that were to be asked. */
  namespaces: number
  /** System namespaces that were not. */
  left_out: number
  ms: number
  /** Why the list of namespaces is not whole; absent where it is. */
  cut?: string
}

/** How the namespaces fared; those with no answer are unknown. */
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

/** One thing that is wrong: in a namespace of its own, or one that several suffer from. */
export interface SweepIssue {
  severity: Priority
  namespaces: string[]
  causes: BriefCause[]
  /** Of a decision that names no cause. */
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
  /** Answered, but with something out of sight. */
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

/** The causes that more than one namespace names, with who names them. */
function sharedCauses(briefs: NamespaceBrief[]): Map<string, NamespaceBrief[]> {
  const named = new Map<string, NamespaceBrief[]>()
  for (const brief of briefs) {
    for (const key of new Set(brief.causes.map((cause) => cause.key)))
      named.set(key, [...(named.get(key) ?? []), brief])
  }
  return new Map([...named].filter(([, suffering]) => suffering.length > 1))
}

/** Where a decision names several causes, its first action is for the first of them. */
function sharedIssue(key: string, suffering: NamespaceBrief[]): SweepIssue {
  const causeOf = (brief: NamespaceBrief) => brief.causes.find((cause) => cause.key === key)
  const leading = suffering.find((brief) => brief.causes[0]?.key === key) ?? suffering[0]
  const cause = leading && causeOf(leading)
  const action = leading?.actions.find((candidate) => candidate.target === cause?.resource)
  const fallback = leading?.causes[0]?.key === key ? leading.actions[0] : undefined
  const chosen = action ?? fallback
  return {
    severity: suffering.map((brief) => brief.severity).toSorted(byWord)[0] ?? 'P5',
    namespaces: suffering.map((brief) => brief.namespace).toSorted(byWord),
    causes: cause ? [cause] : [],
    summary: '',
    ...(chosen && { action: chosen }),
  }
}

/** What is wrong in one namespace beyond what is told once for all. */
function ownIssue(brief: NamespaceBrief, shared: ReadonlySet<string>, told: ReadonlySet<string>): SweepIssue[] {
  const causes = brief.causes.filter((cause) => !shared.has(cause.key))
  if (causes.length === 0 && brief.causes.length > 0) return []
  const action = brief.actions.find((candidate) => !told.has(candidate.key))
  const { severity, namespace, summary } = brief
  return [{ severity, namespaces: [namespace], causes, summary, ...(action && { action }) }]
}

/** What lies in the namespace itself is worded the same for each, so that hundreds of them make one group. */
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
  const troubled = briefs.filter((brief) => brief.outcome === 'issue')
  const shared = sharedCauses(troubled)
  const common = [...shared].map(([key, suffering]) => sharedIssue(key, suffering))
  const keys = new Set(shared.keys())
  const told = new Set(common.flatMap(({ action }) => (action ? [action.key] : [])))
  const own = troubled.flatMap((brief) => ownIssue(brief, keys, told))
  const partly = briefs.filter((brief) => brief.outcome !== 'unknown' && brief.missing.length > 0)
  return {
    facts: { ...facts, context: printable(facts.context), ...(facts.cut && { cut: printable(facts.cut) }) },
    totals: sumUpSweep(briefs, facts),
    issues: [...common, ...own].toSorted(worstFirst),
    unknown: groupUnseen(briefs.filter((brief) => brief.outcome === 'unknown')),
    partly_seen: groupUnseen(partly),
  }
}
