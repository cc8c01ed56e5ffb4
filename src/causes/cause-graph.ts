import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { CausalLink } from '#src/domain/decision.ts'
import type { Finding } from '#src/domain/finding.ts'
import { isClusterScoped } from '#src/domain/kubernetes/kinds.ts'
import { type ResourceRef, refKey, sameRef } from '#src/domain/resource-ref.ts'
import { type Severity, compareSeverity } from '#src/domain/severity.ts'
import { fitText } from '#src/util/fit-text.ts'
import type { Vocabulary } from '#src/rules/kit/mechanisms.ts'
import { concerns } from './concerns.ts'
import { type CauseEdge, findCauseEdges } from './cause-edges.ts'

/** A finding that nothing else explains, with the ids of those that it explains. */
export interface RootFinding {
  finding: Finding
  confidence: number
  explains: string[]
}

/** The smallest set of roots that accounts for every finding, and how the rest follows from them. */
export interface CauseGraph {
  roots: RootFinding[]
  links: CausalLink[]
  /** Ids of symptoms without a known cause: they are roots with low confidence. */
  unexplained: string[]
}

const maxLinks = 12
/** The highest confidence of a symptom without a known cause. */
const symptomConfidence = 0.6

/**
 * Picks the roots: every finding without a cause, and of findings that explain each other in a circle the one with the highest weight.
 * Roots near `focus` (the incident's object) come first, then those with the highest severity. Findings of severity `info` are no
 * roots, and `low` ones only where nothing worse was found or where they are near the focus. Where the focus is a node or another
 * cluster-scoped object, only findings about it are roots: other faults of the pods on it are not part of the incident.
 */
export function buildCauseGraph(
  findings: readonly Finding[],
  view: ClusterView,
  { vocabulary, focus }: { vocabulary: Vocabulary; focus?: ResourceRef },
): CauseGraph {
  const isSymptom = ({ mechanism }: Finding): boolean => vocabulary.entries[mechanism].role === 'symptom'
  const edges = findCauseEdges(findings, view, vocabulary)
  const effects = Map.groupBy(edges, (edge) => edge.cause)
  const chosen = chooseRoots(findings, edges, effects, vocabulary)
  const isAbout = focus ? concerns(focus, view) : () => false
  const near: Near = ({ finding, reached }) => [finding, ...reached].some(isAbout)
  const candidates = chosen.map(({ index, reached }) => ({
    finding: findings[index] as Finding,
    reached: [...reached].map((position) => findings[position] as Finding),
  }))
  const asked =
    focus && isClusterScoped(focus.kind) && focus.kind !== 'Namespace' ? candidates.filter(near) : candidates
  const roots = keepRelevant(asked, near).toSorted((left, right) => compareRoots(left, right, near))
  return {
    roots: roots.map(({ finding, reached }) => ({
      finding,
      confidence: rootConfidence(finding, reached, isSymptom(finding)),
      explains: reached.map((effect) => effect.id),
    })),
    links: linksFrom(roots, findings, effects),
    unexplained: roots.flatMap(({ finding }) => (isSymptom(finding) ? [finding.id] : [])),
  }
}

interface Candidate {
  finding: Finding
  reached: Finding[]
}

/** True where a root, or a finding that follows from it, is about the focus. */
type Near = (candidate: Candidate) => boolean

function chooseRoots(
  findings: readonly Finding[],
  edges: CauseEdge[],
  effects: Map<number, CauseEdge[]>,
  { weightOf }: Vocabulary,
) {
  const weight = (index: number): number => {
    const finding = findings[index]
    return finding ? weightOf(finding.mechanism) + finding.confidence : 0
  }
  const explained = new Set(edges.map((edge) => edge.effect))
  const covered = new Set<number>()
  const chosen: { index: number; reached: Set<number> }[] = []
  const choose = (index: number): void => {
    const reached = reachableFrom(index, effects)
    for (const position of reached) covered.add(position)
    covered.add(index)
    chosen.push({ index, reached })
  }
  for (const index of findings.keys()) if (!explained.has(index)) choose(index)
  const byWeight = [...findings.keys()].toSorted((left, right) => weight(right) - weight(left))
  for (const index of byWeight) if (!covered.has(index)) choose(index)
  return chosen
}

function reachableFrom(start: number, effects: Map<number, CauseEdge[]>): Set<number> {
  const reached = new Set<number>()
  const open = [start]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const { effect } of effects.get(index) ?? []) {
      if (effect === start || reached.has(effect)) continue
      reached.add(effect)
      open.push(effect)
    }
  }
  return reached
}

function keepRelevant(candidates: Candidate[], near: Near): Candidate[] {
  const suffered = candidates.filter((candidate) => worst(candidate) !== 'info')
  const serious = suffered.some((candidate) => compareSeverity(worst(candidate), 'low') < 0)
  return suffered.filter((candidate) => !serious || compareSeverity(worst(candidate), 'low') < 0 || near(candidate))
}

/** A root is as severe as the worst finding that follows from it. */
function worst({ finding, reached }: Candidate): Severity {
  return [finding, ...reached]
    .map((member) => member.severity)
    .reduce((left, right) => (compareSeverity(left, right) <= 0 ? left : right))
}

function compareRoots(left: Candidate, right: Candidate, near: Near): number {
  return (
    Number(near(right)) - Number(near(left)) ||
    compareSeverity(worst(left), worst(right)) ||
    right.reached.length - left.reached.length ||
    right.finding.confidence - left.finding.confidence ||
    refKey(left.finding.resource).localeCompare(refKey(right.finding.resource))
  )
}

function rootConfidence(finding: Finding, reached: Finding[], isSymptom: boolean): number {
  if (isSymptom) return Math.min(finding.confidence, symptomConfidence)
  const corroborated = reached.some((effect) => effect.found_by !== finding.found_by)
  return Math.min(0.99, corroborated ? finding.confidence + (1 - finding.confidence) * 0.3 : finding.confidence)
}

/** One link per effect, breadth first, so that each is shown below its nearest cause. */
function linksFrom(roots: Candidate[], findings: readonly Finding[], effects: Map<number, CauseEdge[]>): CausalLink[] {
  const positions = new Map(findings.map((finding, index) => [finding.id, index]))
  const open = roots.map((root) => positions.get(root.finding.id) as number)
  const seen = new Set(open)
  const links: CausalLink[] = []
  for (const index of open) {
    for (const edge of effects.get(index) ?? []) {
      if (seen.has(edge.effect)) continue
      seen.add(edge.effect)
      open.push(edge.effect)
      links.push(linkOf(findings[index] as Finding, findings[edge.effect] as Finding, edge.because))
    }
  }
  return links
    .filter((link) => link.from.mechanism !== link.to.mechanism || !sameRef(link.from.resource, link.to.resource))
    .slice(0, maxLinks)
}

function linkOf(cause: Finding, effect: Finding, because: string): CausalLink {
  return {
    from: { resource: cause.resource, mechanism: cause.mechanism },
    to: { resource: effect.resource, mechanism: effect.mechanism },
    because: fitText(because, 300),
  }
}
