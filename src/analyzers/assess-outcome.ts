import type { ClusterView } from '../domain/cluster-view.ts'
import type { Outcome } from '../domain/decision.ts'
import type { Finding } from '../domain/finding.ts'
import type { Gap } from '../domain/gap.ts'
import { isClusterScoped } from '../domain/kubernetes/cluster-scoped.ts'
import type { ObservedKind } from '../domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '../domain/resource-ref.ts'
import type { Incident } from '../domain/signal.ts'
import type { RootFinding } from './cause-graph.ts'
import { describeObject } from './describe-object.ts'
import { describeWellbeing } from './describe-wellbeing.ts'

/** What is asked: the picture, what was found in it, and what could not be seen. */
export interface OutcomeQuestion {
  view: ClusterView
  findings: readonly Finding[]
  roots: readonly RootFinding[]
  /** Only gaps that could change the verdict. */
  gaps: readonly Gap[]
  incident: Pick<Incident, 'resource' | 'namespace' | 'reason'>
}

export interface AssessedOutcome {
  outcome: Outcome
  summary: string
  confidence: number
  /** Set where the object that was asked about does not exist: it belongs to the decision's gaps. */
  missing?: Gap
}

const longestSummary = 400

/**
 * The verdict. An issue needs a root; `healthy` and `recovered` need that everything which could speak against it was seen;
 * what remains is `unknown`, said with what is missing.
 */
export function assessOutcome(question: OutcomeQuestion): AssessedOutcome {
  const missing = missingResource(question)
  if (missing) return assessMissing(missing, question.roots)
  if (question.roots.length > 0) return assessIssue(question)
  if (question.gaps.length > 0 || !sawPods(question.view)) return assessUnknown(question)
  return assessWell(question)
}

/** What was asked about is not there: whatever else is wrong beside it is named, but it is no answer to the question. */
function assessMissing(missing: Gap, roots: readonly RootFinding[]): AssessedOutcome {
  const others = roots.map(({ finding }) => `${finding.resource.kind} ${finding.resource.name}`)
  const aside = others.length > 0 ? ` Something else is wrong beside it: ${others.slice(0, 3).join(', ')}.` : ''
  const summary = cut(`${missing.what}: ${missing.why}. Nothing can be said about it.${aside}`)
  return { outcome: 'unknown', summary, confidence: 0.2, missing }
}

function assessIssue({ roots, findings }: OutcomeQuestion): AssessedOutcome {
  const statements = roots.map(({ finding }) => finding.statement.replace(/\.?$/, '.'))
  const rest = statements.slice(1).map((statement) => `Also: ${statement}`)
  const summary = join([statements[0] ?? '', ...rest, ...consequences(roots, findings)])
  return { outcome: 'issue', summary, confidence: roots[0]?.confidence ?? 0 }
}

const workloadKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'])

/** Which other workloads suffer, by name: a count alone helps nobody. */
function consequences(roots: readonly RootFinding[], findings: readonly Finding[]): string[] {
  const explained = new Set(roots.flatMap((root) => root.explains))
  const own = new Set(roots.map(({ finding }) => refKey(finding.resource)))
  const suffering = findings
    .filter(({ id, resource }) => explained.has(id) && workloadKinds.has(resource.kind) && !own.has(refKey(resource)))
    .map(({ resource }) => `${resource.kind} ${resource.name}`)
  const names = [...new Set(suffering)]
  if (names.length === 0) return []
  const more = names.length > 4 ? ` and ${names.length - 4} more` : ''
  return [`Suffering from it: ${names.slice(0, 4).join(', ')}${more}.`]
}

/** Whole sentences as long as they fit; the first one is cut rather than left out. */
function join(sentences: string[]): string {
  let summary = cut(sentences[0] ?? '')
  for (const sentence of sentences.slice(1)) {
    if (summary.length + sentence.length + 1 <= longestSummary) summary += ` ${sentence}`
  }
  return summary
}

function cut(text: string): string {
  return text.length <= longestSummary ? text : `${text.slice(0, longestSummary - 1)}…`
}

/** The object that was asked about is proved absent, and it is not a pod of a workload that replaced it. */
function missingResource({ view, incident }: OutcomeQuestion): Gap | undefined {
  const { kind, namespace, name } = incident.resource
  const scope = isClusterScoped(kind) ? undefined : (namespace ?? incident.namespace)
  if (scope !== undefined && view.existence('Namespace', undefined, scope) === 'absent') {
    return { what: `Namespace ${scope}`, why: 'it does not exist', needs: 'the name of an existing namespace' }
  }
  if (view.existence(kind as ObservedKind, scope, name) !== 'absent' || wasReplaced(view, incident.resource, scope))
    return undefined
  const place = scope === undefined ? '' : ` in namespace ${scope}`
  return { what: `${kind} ${name}${place}`, why: 'it does not exist', needs: 'the name of an existing object' }
}

/** Pods, replica sets and jobs come and go: a name below a living workload, or one that events still speak of, was real. */
function wasReplaced(view: ClusterView, { kind, name }: ResourceRef, namespace: string | undefined): boolean {
  if (!['Pod', 'ReplicaSet', 'Job'].includes(kind)) return false
  if (view.eventsAbout({ kind, namespace, name }).length > 0) return true
  const owners = (['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'] as const).flatMap(
    (owner) => view.list(owner),
  )
  return owners.some((owner) => owner.metadata.namespace === namespace && name.startsWith(`${owner.metadata.name}-`))
}

function sawPods(view: ClusterView): boolean {
  const namespace = view.snapshot.namespace
  return namespace === undefined ? view.snapshot.coverage['Node/'] === 'complete' : view.covers('Pod', namespace)
}

function assessUnknown({ gaps, view }: OutcomeQuestion): AssessedOutcome {
  const seen =
    gaps.length > 0
      ? gaps.map((gap) => `${gap.what} (${gap.why})`).join('; ')
      : `pods of ${view.snapshot.namespace ?? 'the cluster'}`
  const rest = sawPods(view) ? ' What could be seen shows no fault.' : ''
  return { outcome: 'unknown', summary: cut(`No verdict: could not see ${seen}.${rest}`), confidence: 0.3 }
}

function assessWell({ view, incident }: OutcomeQuestion): AssessedOutcome {
  const well = describeWellbeing(view)
  if (well.unready.length > 0) {
    const names = listed('Pod', well.unready)
    return {
      outcome: 'unknown',
      summary: cut(`${names} not ready, and nothing that was seen explains it.`),
      confidence: 0.3,
    }
  }
  const { kind, namespace, name } = incident.resource
  const subject = describeObject(view, kind, namespace, name)
  const scope = view.snapshot.namespace === undefined ? 'the cluster' : `namespace ${view.snapshot.namespace}`
  const jobs = well.completedJobs.length > 0 ? ` Completed successfully: ${listed('Job', well.completedJobs)}.` : ''
  const pods = well.pods === 0 ? 'no pod is meant to be running' : `${well.ready} of ${well.pods} pods are ready`
  if (well.recovered.length > 0) {
    const past = well.recovered.slice(0, 3).join('; ')
    const summary = `Recovered, healthy now: ${past}. Since then nothing new: in ${scope} ${pods}.${jobs} No action needed.`
    return { outcome: 'recovered', summary: cut(summary), confidence: 0.85 }
  }
  const lead = subject ? `${subject}. ` : ''
  const summary = `${lead}Nothing is wrong in ${scope}: ${pods}.${jobs} No action needed.`
  return { outcome: 'healthy', summary: cut(summary), confidence: 0.9 }
}

function listed(kind: string, names: string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return `${kind}${names.length > 1 ? 's' : ''} ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`
}
