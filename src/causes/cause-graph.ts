import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { CausalLink } from '#src/domain/decision.ts'
import type { Finding } from '#src/domain/finding.ts'
import { isClusterScoped } from '#src/domain/kubernetes/kinds.ts'
import { type ResourceRef, refKey, sameRef } from '#src/domain/resource-ref.ts'
import { type Severity, compareSeverity } from '#src/domain/severity.ts'
import { fitText } from '#src/util/fit-text.ts'
import type { Vocabulary } from '#src/rules/kit/mechanisms.ts'
import { concerns } from './concerns.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'

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

/** `cause` explains `effect`. `because` is a short clause for people. Both are positions in the list of findings. */
interface CauseEdge {
  cause: number
  effect: number
  because: string
}

/** The object of a finding with everything around it: its workload, the pod template, and what the finding affects. */
interface Reach {
  own: string
  /** Kind and name alone, as a pod template refers to it. */
  short: string
  workload: string
  template: ReturnType<ClusterView['templateOf']>
  /** How the template refers to an object, by kind and name. */
  references: Map<string, string>
  affects: Set<string>
  workloadRef: ResourceRef
}

/** Two findings, of which the first may explain the second. */
interface Pair {
  from: Finding
  fromReach: Reach
  to: Finding
  toReach: Reach
  view: ClusterView
  vocabulary: Vocabulary
}

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

/**
 * Which finding explains which, over four kinds of edge: the same workload (the mechanism of the earlier layer explains that of the later one), what a
 * finding says it affects, what a finding blames (a Service leads to the workload that it selects), and references of a pod template.
 * What nobody is affected by explains nothing, unless somebody who is affected blames it.
 */
function findCauseEdges(findings: readonly Finding[], view: ClusterView, vocabulary: Vocabulary): CauseEdge[] {
  const reaches = findings.map((finding) => reachOf(finding, view))
  const edges: CauseEdge[] = []
  for (const [cause, from] of findings.entries()) {
    for (const [effect, to] of findings.entries()) {
      if (cause === effect) continue
      const because = explain({
        from,
        fromReach: reaches[cause] as Reach,
        to,
        toReach: reaches[effect] as Reach,
        view,
        vocabulary,
      })
      if (because) edges.push({ cause, effect, because })
    }
  }
  return edges
}

function reachOf(finding: Finding, view: ClusterView): Reach {
  const object = view.find(finding.resource)
  const workloadRef = object ? view.workloadOf(object) : finding.resource
  const template = view.templateOf(workloadRef)
  return {
    own: refKey(finding.resource),
    short: `${finding.resource.kind}/${finding.resource.name}`,
    workload: refKey(workloadRef),
    workloadRef,
    template,
    references: referencesOf(template),
    affects: new Set(finding.affects.flatMap((ref) => withWorkload(ref, view))),
  }
}

/** The first of several references to an object is kept. */
function referencesOf(template: Reach['template']): Map<string, string> {
  const references = template ? podReferences(template.spec) : []
  return new Map(references.toReversed().map(({ kind, name, via }) => [`${kind}/${name}`, via]))
}

function withWorkload(ref: ResourceRef, view: ClusterView): string[] {
  const object = view.find(ref)
  return object ? [refKey(ref), refKey(view.workloadOf(object))] : [refKey(ref)]
}

function explain(pair: Pair): string | undefined {
  const { from, fromReach, to, toReach, view, vocabulary } = pair
  const blame = to.blames.find((candidate) => standsForBlamed(from, fromReach, candidate.resource, view))
  if (blame && fromReach.workload !== toReach.workload) return blame.because
  if (from.severity === 'info') return undefined
  if (fromReach.workload === toReach.workload) return explainWithin(from, to, vocabulary)
  if (vocabulary.entries[to.mechanism].role !== 'symptom') return explainCause(pair)
  if (fromReach.affects.has(toReach.own) || fromReach.affects.has(toReach.workload)) {
    return `${from.resource.kind} ${from.resource.name} affects ${to.resource.kind} ${to.resource.name}`
  }
  return explainService(fromReach, to, view) ?? explainReference(from, fromReach, toReach)
}

/** Within one workload the earlier layer explains the later one; two causes in different containers are independent of each other. */
function explainWithin(from: Finding, to: Finding, { entries, outranks }: Vocabulary): string | undefined {
  const [causeEntry, effectEntry] = [entries[from.mechanism], entries[to.mechanism]]
  if (from.mechanism === to.mechanism && from.container === to.container) {
    return wins(from, to) ? 'the same fault, found twice' : undefined
  }
  const apart = from.container !== undefined && to.container !== undefined && from.container !== to.container
  if (apart && effectEntry.role === 'cause') return undefined
  if (apart && from.mechanism !== to.mechanism && isContainerOwn(to)) return undefined
  const because = `${causeEntry.title}, hence ${effectEntry.title}`
  if (outranks(from.mechanism, to.mechanism)) return because
  return !apart && !outranks(to.mechanism, from.mechanism) && wins(from, to) ? because : undefined
}

/** Symptoms of one container are not explained by what another container does. */
function isContainerOwn(finding: Finding): boolean {
  return finding.mechanism !== 'replicas_unavailable' && finding.mechanism !== 'rollout_stuck'
}

/** A total order between equals, so that of two that explain each other only one does. */
function wins(from: Finding, to: Finding): boolean {
  if (from.confidence !== to.confidence) return from.confidence > to.confidence
  return from.id < to.id
}

/** Between two causes of different objects only a plain statement counts: the one says that it affects the other and comes before it. */
function explainCause({ from, fromReach, to, toReach, vocabulary }: Pair): string | undefined {
  if (!fromReach.affects.has(toReach.own) && !fromReach.affects.has(toReach.workload)) return undefined
  if (!vocabulary.outranks(from.mechanism, to.mechanism)) return undefined
  return `${from.resource.kind} ${from.resource.name} affects ${to.resource.kind} ${to.resource.name}`
}

/** True where a finding is about the blamed object, affects it, or is about the workload behind a blamed Service. */
function standsForBlamed(from: Finding, reach: Reach, blamed: ResourceRef, view: ClusterView): boolean {
  const key = refKey(blamed)
  if (reach.own === key || reach.workload === key || reach.affects.has(key)) return true
  if (blamed.kind !== 'Service') return withWorkload(blamed, view).includes(reach.workload)
  return isBehind(blamed, reach, view)
}

/** A Service without endpoints is explained by a fault of the workload whose pods it selects. */
function explainService(fromReach: Reach, to: Finding, view: ClusterView): string | undefined {
  if (to.resource.kind !== 'Service' || !isBehind(to.resource, fromReach, view)) return undefined
  return `Service ${to.resource.name} selects the pods of ${fromReach.workloadRef.kind} ${fromReach.workloadRef.name}`
}

function isBehind(service: ResourceRef, reach: Reach, view: ClusterView): boolean {
  if (reach.workloadRef.namespace !== service.namespace) return false
  const selector = view.get('Service', service.namespace, service.name)?.spec.selector
  return matchesMap(selector, reach.template?.metadata?.labels)
}

/** A fault of an object that a pod template refers to. */
function explainReference(from: Finding, fromReach: Reach, toReach: Reach): string | undefined {
  if (toReach.references.size === 0 || from.resource.namespace !== toReach.workloadRef.namespace) return undefined
  const via = toReach.references.get(fromReach.short)
  return via && `${toReach.workloadRef.kind} ${toReach.workloadRef.name} uses it (${via})`
}
