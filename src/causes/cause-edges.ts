import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Finding } from '#src/domain/finding.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Vocabulary } from '#src/rules/kit/mechanisms.ts'

/** `cause` explains `effect`. `because` is a short clause for people. Both are positions in the list of findings. */
export interface CauseEdge {
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

/**
 * Which finding explains which, over four kinds of edge: the same workload (the mechanism of the earlier layer explains that of the later one), what a
 * finding says it affects, what a finding blames (a Service leads to the workload that it selects), and references of a pod template.
 * What nobody is affected by explains nothing, unless somebody who is affected blames it.
 */
export function findCauseEdges(findings: readonly Finding[], view: ClusterView, vocabulary: Vocabulary): CauseEdge[] {
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

/** Two findings, of which the first may explain the second. */
interface Pair {
  from: Finding
  fromReach: Reach
  to: Finding
  toReach: Reach
  view: ClusterView
  vocabulary: Vocabulary
}

function explain(pair: Pair): string | undefined {
  const { from, fromReach, to, toReach, view, vocabulary } = pair
  const blame = to.blames.find((candidate) => isAbout(from, fromReach, candidate.resource, view))
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
function isAbout(from: Finding, reach: Reach, blamed: ResourceRef, view: ClusterView): boolean {
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
