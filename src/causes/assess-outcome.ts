import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { Outcome } from '#src/domain/decision.ts'
import type { Finding } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import { isClusterScoped, isObservedKind } from '#src/domain/kubernetes/kinds.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Incident } from '#src/domain/signal.ts'
import type { RootFinding } from './cause-graph.ts'
import { concerns } from './concerns.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import type { Vocabulary } from '#src/rules/kit/mechanisms.ts'
import type { Job } from '#src/domain/kubernetes/workloads.ts'
import type { Pod, ContainerStatus } from '#src/domain/kubernetes/objects.ts'
import { fitText } from '#src/util/fit-text.ts'
import { changesBefore, describeRecentChange } from './recent-changes.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'

/** The snapshot, its findings, and what could not be seen. */
export interface OutcomeQuestion {
  view: ClusterView
  vocabulary: Vocabulary
  findings: readonly Finding[]
  roots: readonly RootFinding[]
  /** Only gaps that could change the verdict. */
  gaps: readonly Gap[]
  /** The number of logs of ready containers that were not read completely: a program may be ready and fail at its work. */
  unread_logs?: number
  incident: Pick<Incident, 'resource' | 'namespace' | 'reason'>
}

export interface AssessedOutcome {
  outcome: Outcome
  summary: string
  confidence: number
  /** Set where the object of the incident does not exist: it belongs to the gaps of the decision. */
  missing?: Gap
}

const maxSummaryLength = 400

/** The state of a namespace without a finding: what runs, what completed, and which trouble is over. */
interface NamespaceHealth {
  /** Pods that should be ready, and how many of them are. */
  pods: number
  ready: number
  /** Names of pods that had time to become ready and are not ready, for no reason that a rule found. */
  unready: string[]
  services: number
  completedJobs: string[]
  /** Pods without a workload that succeeded. */
  completedPods: string[]
  /** One clause per workload that had trouble and has recovered. */
  recovered: string[]
  /** One clause per deleted pod that had warnings, which say nothing about the present state. */
  departed: string[]
}

/** Warnings during the start of a pod do not count as trouble. */
const startUpMs = 60_000

/**
 * The outcome. An issue needs a root; `healthy` and `recovered` need that everything which could refute them was seen; all else is
 * `unknown`, with what is missing.
 */
export function assessOutcome(question: OutcomeQuestion): AssessedOutcome {
  const missing = missingResource(question.view, question.incident)
  if (missing) return assessMissing(missing, question.roots)
  if (question.roots.length > 0) return assessIssue(question)
  if (question.gaps.length > 0 || !sawPods(question.view)) return assessUnknown(question)
  return assessWell(question)
}

/** The object of the incident does not exist: other faults are named, but they do not answer the question. */
function assessMissing(missing: Gap, roots: readonly RootFinding[]): AssessedOutcome {
  const others = roots.map(({ finding }) => `${finding.resource.kind} ${finding.resource.name}`)
  const aside = others.length > 0 ? ` Other faults: ${others.slice(0, 3).join(', ')}.` : ''
  const summary = cut(`${missing.what}: ${missing.why}. It cannot be judged.${aside}`)
  return { outcome: 'unknown', summary, confidence: 0.2, missing }
}

function assessIssue(question: OutcomeQuestion): AssessedOutcome {
  const { roots, findings } = question
  const statements = roots.map(({ finding }) => finding.statement.replace(/\.?$/, '.'))
  const rest = statements.slice(1).map((statement) => `Also: ${statement}`)
  const summary = join([
    statements[0] ?? '',
    ...stateWithoutFault(question),
    ...changed(question),
    ...rest,
    ...affectedWorkloads(roots, findings),
  ])
  return { outcome: 'issue', summary, confidence: roots[0]?.confidence ?? 0 }
}

/** What was changed shortly before the first root, and by whom. */
function changed({ view, vocabulary, roots: [root] }: OutcomeQuestion): string[] {
  const [newest] = root ? changesBefore(view, root.finding, vocabulary) : []
  return newest ? [`Shortly before: ${describeRecentChange(newest)}.`] : []
}

/** The state of the incident's object, where the fault is elsewhere in the namespace. */
function stateWithoutFault({ view, incident, findings }: OutcomeQuestion): string[] {
  const { kind, namespace, name } = incident.resource
  if (kind === 'Namespace' || findings.some(concerns(incident.resource, view))) return []
  const subject = describeObject(view, kind, namespace, name)
  return subject ? [`The incident's object has no fault of its own: ${subject}.`] : []
}

const workloadKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'])

/** The names of the other workloads that the roots affect. */
function affectedWorkloads(roots: readonly RootFinding[], findings: readonly Finding[]): string[] {
  const explained = new Set(roots.flatMap((root) => root.explains))
  const own = new Set(roots.map(({ finding }) => refKey(finding.resource)))
  const affected = findings
    .filter(({ id, resource }) => explained.has(id) && workloadKinds.has(resource.kind) && !own.has(refKey(resource)))
    .map(({ resource }) => `${resource.kind} ${resource.name}`)
  const names = [...new Set(affected)]
  if (names.length === 0) return []
  const more = names.length > 4 ? ` and ${names.length - 4} more` : ''
  return [`Also affected: ${names.slice(0, 4).join(', ')}${more}.`]
}

/** Whole sentences as long as they fit; the first one is cut rather than left out. */
function join(sentences: string[]): string {
  let summary = cut(sentences[0] ?? '')
  for (const sentence of sentences.slice(1)) {
    if (summary.length + sentence.length + 1 <= maxSummaryLength) summary += ` ${sentence}`
  }
  return summary
}

function cut(text: string): string {
  return fitText(text, maxSummaryLength)
}

function sawPods(view: ClusterView): boolean {
  const namespace = view.snapshot.namespace
  return namespace === undefined ? view.snapshot.coverage['Node/'] === 'complete' : view.covers('Pod', namespace)
}

function assessUnknown({ gaps, view }: OutcomeQuestion): AssessedOutcome {
  const unseen =
    gaps.length > 0
      ? gaps.map((gap) => `${gap.what} (${gap.why})`).join('; ')
      : `pods of ${view.snapshot.namespace ?? 'the cluster'}`
  const rest = sawPods(view) ? ' Everything else shows no fault.' : ''
  return { outcome: 'unknown', summary: cut(`No verdict: we could not see ${unseen}.${rest}`), confidence: 0.3 }
}

function assessWell({ view, incident, unread_logs = 0 }: OutcomeQuestion): AssessedOutcome {
  const { kind, namespace, name } = incident.resource
  if (view.snapshot.namespace === undefined) return assessClusterObject(view, incident.resource)
  const health = describeNamespaceHealth(view)
  if (health.unready.length > 0) {
    const names = listed('Pod', health.unready)
    return {
      outcome: 'unknown',
      summary: cut(`${names} not ready, and nothing in the cluster explains it yet.`),
      confidence: 0.3,
    }
  }
  const rest = unread_logs > 0 ? unreadLogsSentence(unread_logs) : 'No action needed.'
  const subject = describeObject(view, kind, namespace, name)
  const scope = `namespace ${view.snapshot.namespace}`
  const ended = [
    ...(health.completedJobs.length > 0 ? [listed('Job', health.completedJobs)] : []),
    ...(health.completedPods.length > 0 ? [listed('Pod', health.completedPods)] : []),
  ]
  const jobs = ended.length > 0 ? ` Completed successfully: ${ended.join('; ')}.` : ''
  const pods = health.pods === 0 ? 'no pod should be running' : `${health.ready} of ${health.pods} pods are ready`
  if (health.recovered.length > 0) {
    const past = health.recovered.slice(0, 3).join('; ')
    const summary = `Recovered: ${past}. Healthy since then: in ${scope}, ${pods}.${jobs} ${rest}`
    return { outcome: 'recovered', summary: cut(summary), confidence: unread_logs > 0 ? 0.7 : 0.85 }
  }
  const lead = subject ? `${subject}. ` : ''
  const gone = health.departed.length > 0 ? ` In the past: ${health.departed.slice(0, 2).join('; ')}.` : ''
  const summary = `${lead}Nothing is wrong in ${scope}: ${pods}.${jobs}${gone} ${rest}`
  return { outcome: 'healthy', summary: cut(summary), confidence: unread_logs > 0 ? 0.75 : 0.9 }
}

function unreadLogsSentence(count: number): string {
  const logs = count === 1 ? 'The log of one ready container was' : `The logs of ${count} ready containers were`
  return `${logs} not read completely. No action needed by what was read.`
}

/** A node, a volume or a class: its own state, and how many pods on it are not ready for other reasons. */
function assessClusterObject(view: ClusterView, { kind, name }: ResourceRef): AssessedOutcome {
  const unready = view.list('Pod').filter((pod) => !isPodReady(pod) && pod.status?.phase !== 'Succeeded')
  const places = [...new Set(unready.map((pod) => pod.metadata.namespace))].slice(0, 3).join(', ')
  const aside =
    unready.length > 0
      ? ` ${unready.length} pods on it are not ready for reasons of their own (namespaces ${places}).`
      : ''
  const summary = cut(`Nothing is wrong with ${kind} ${name} itself.${aside} No action needed on it.`)
  return { outcome: 'healthy', summary, confidence: 0.85 }
}

function listed(kind: string, names: string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return `${kind}${names.length > 1 ? 's' : ''} ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`
}

/** The state of the incident's object as a clause; undefined where it has no pods. */
function describeObject(
  view: ClusterView,
  kind: string,
  namespace: string | undefined,
  name: string,
): string | undefined {
  const object = view.find({ kind, namespace, name })
  if (!object) {
    const isProven = kind === 'Pod' && view.existence('Pod', namespace, name) === 'absent'
    return isProven ? `Pod ${name} no longer exists` : undefined
  }
  const workload = view.workloadOf(object)
  const job = view.find(workload)
  if (job?.kind === 'Job' && holds(job as Job, 'Complete')) {
    return `Job ${job.metadata.name} completed successfully; the pod of a completed job is never Ready`
  }
  if (object.kind === 'Pod' && (object as Pod).status?.phase === 'Succeeded')
    return `Pod ${name} completed successfully; a pod that has succeeded is never Ready`
  const pods = view.podsOf(object)
  if (pods.length === 0) return undefined
  return `${refOf(object).kind} ${name}: ${pods.filter((pod) => holds(pod, 'Ready')).length} of ${pods.length} pods ready`
}

function holds(object: Pod | Job, type: string): boolean {
  return (object.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')
}

/**
 * The gap where the object of the incident cannot be judged: it or its namespace is proven absent (and no workload has replaced it),
 * or objects of its kind are not read. Undefined where it can be judged, or where the snapshot proves nothing.
 */
function missingResource(
  view: ClusterView,
  incident: { resource: ResourceRef; namespace?: string; reason?: string },
): Gap | undefined {
  const { kind, namespace, name } = incident.resource
  const scope = isClusterScoped(kind) ? undefined : (namespace ?? incident.namespace)
  if (scope !== undefined && view.existence('Namespace', undefined, scope) === 'absent') {
    return { what: `Namespace ${scope}`, why: 'it does not exist', needs: 'the name of an existing namespace' }
  }
  const what = `${kind} ${name}${scope === undefined ? '' : ` in namespace ${scope}`}`
  if (!isObservedKind(kind) && kind !== 'Endpoints') {
    return { what, why: 'objects of this kind are not read', needs: `a person who checks ${kind} ${name}` }
  }
  // Endpoints are observed through their slices.
  const absent = kind !== 'Endpoints' && view.existence(kind, scope, name) === 'absent'
  if (!absent || isGone(incident) || wasReplaced(view, incident.resource, scope)) return undefined
  return { what, why: 'it does not exist', needs: 'the name of an existing object' }
}

/** An event is about a pod that existed at its time: the pod was deleted since, and its name is right. */
function isGone({ resource, reason }: { resource: ResourceRef; reason?: string }): boolean {
  return resource.kind === 'Pod' && reason !== undefined && reason !== ''
}

/** Pods, replica sets and jobs are replaced: a name with the prefix of a workload, or with events about it, was real. */
function wasReplaced(view: ClusterView, { kind, name }: ResourceRef, namespace: string | undefined): boolean {
  if (!['Pod', 'ReplicaSet', 'Job'].includes(kind)) return false
  if (view.eventsAbout({ kind, namespace, name }).length > 0) return true
  const owners = (['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'] as const).flatMap(
    (owner) => view.list(owner),
  )
  return owners.some((owner) => owner.metadata.namespace === namespace && name.startsWith(`${owner.metadata.name}-`))
}

/** Counts and past trouble of the incident's namespace, or of the whole snapshot where it has none. */
function describeNamespaceHealth(view: ClusterView): NamespaceHealth {
  const namespace = view.snapshot.namespace
  const inScope = (object: { metadata: { namespace?: string } }): boolean =>
    namespace === undefined || object.metadata.namespace === namespace
  const running = view.list('Pod').filter((pod) => inScope(pod) && !isFinished(pod) && !pod.metadata.deletionTimestamp)
  return {
    pods: running.length,
    ready: running.filter(isPodReady).length,
    unready: running
      .filter((pod) => !isPodReady(pod) && isOld(view, pod) && !isEnding(pod))
      .map((pod) => pod.metadata.name),
    services: view.list('Service').filter(inScope).length,
    completedJobs: view
      .list('Job')
      .filter((job) => inScope(job) && conditionOf(job, 'Complete')?.status === 'True')
      .map((job) => job.metadata.name),
    completedPods: view
      .list('Pod')
      .filter((pod) => inScope(pod) && pod.status?.phase === 'Succeeded' && view.controllerOf(pod) === undefined)
      .map((pod) => pod.metadata.name),
    recovered: recoveries(view, running.filter(isPodReady)),
    departed: departed(view),
  }
}

function isOld(view: ClusterView, pod: Pod): boolean {
  return (view.ageOf(pod.metadata.creationTimestamp) ?? startUpMs) >= startUpMs
}

/** A pod that is meant to complete, with a container that has completed: this alone makes the pod not ready. */
function isEnding({ spec, status }: Pod): boolean {
  const states = (status?.containerStatuses ?? []).map(({ state }) => state)
  const ended = states.flatMap((state) => state?.terminated ?? [])
  const isMeantToComplete = (spec.restartPolicy ?? 'Always') !== 'Always'
  return (
    isMeantToComplete &&
    ended.length > 0 &&
    ended.every(({ exitCode }) => exitCode === 0) &&
    states.every((state) => state?.running || state?.terminated)
  )
}

function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

function recoveries(view: ClusterView, pods: Pod[]): string[] {
  const byWorkload = Map.groupBy(pods, (pod) => view.workloadOf(pod).name)
  return [...byWorkload].flatMap(([name, group]) => {
    const restarts = group.flatMap((pod) => pod.status?.containerStatuses ?? []).filter(endedBadly)
    const count = restarts.reduce((sum, status) => sum + status.restartCount, 0)
    if (count > 0)
      return [`${name} restarted ${count === 1 ? 'once' : `${count} times`} (last at ${lastEnd(restarts)})`]
    const warnings = group.flatMap((pod) => lateWarnings(view, pod))
    return warnings.length > 0 ? [`${name} had ${warnings[0]} warnings`] : []
  })
}

function endedBadly(status: ContainerStatus): boolean {
  return status.restartCount > 0 && (status.lastState?.terminated?.exitCode ?? 0) !== 0
}

function lastEnd(statuses: ContainerStatus[]): string {
  const times = statuses.flatMap((status) => status.lastState?.terminated?.finishedAt ?? [])
  return times.toSorted().at(-1)?.slice(11, 19) ?? 'an unknown time'
}

function lateWarnings(view: ClusterView, pod: Pod): string[] {
  const created = Date.parse(pod.metadata.creationTimestamp ?? '')
  return view
    .eventsOf(pod)
    .filter((event) => event.type === 'Warning' && Date.parse(event.last_seen) - created > startUpMs)
    .map((event) => event.reason)
}

/** Warnings about deleted pods, which a rollback or a controller has replaced. Failed probes of a stopping pod are no trouble. */
function departed(view: ClusterView): string[] {
  const namespace = view.snapshot.namespace
  const warnings = view.snapshot.events.filter(
    ({ type, reason, regarding }) =>
      type === 'Warning' &&
      reason !== 'Unhealthy' &&
      regarding.kind === 'Pod' &&
      regarding.namespace === namespace &&
      view.existence('Pod', regarding.namespace, regarding.name) === 'absent',
  )
  const byPod = Map.groupBy(warnings, ({ regarding }) => regarding.name)
  return [...byPod].map(([name, events]) => `pod ${name}, which no longer exists, had ${events[0]?.reason} warnings`)
}
