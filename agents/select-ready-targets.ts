import { mechanisms } from '../src/domain/mechanism.ts'
import type { ClusterView } from '../src/domain/cluster-view.ts'
import type { FindingDraft } from '../src/domain/finding.ts'
import type { Pod } from '../src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '../src/domain/resource-ref.ts'
import type { Incident } from '../src/domain/signal.ts'
import type { LogTarget } from './select-log-targets.ts'

/** What is known when the choice is made. */
export interface ReadyQuestion {
  findings: readonly FindingDraft[]
  incident: Pick<Incident, 'resource' | 'message' | 'reason'>
  /** Containers that are read anyhow. */
  unwell: readonly LogTarget[]
}

const mostReady = 6

/**
 * Containers that kubernetes holds for well and whose log is worth a look all the same, for a program may fail at its work and
 * stay ready: those of what was asked about, then those that the question names or findings point at, and where nothing is found
 * wrong at all, the others of the namespace. One pod of each workload, a few in all.
 */
export function selectReadyTargets(view: ClusterView, question: ReadyQuestion): LogTarget[] {
  const taken = new Set(question.unwell.map(({ workload }) => refKey(workload)))
  const pods = view.list('Pod').filter((pod) => isReady(pod) && !taken.has(refKey(view.workloadOf(pod))))
  const byWorkload = Map.groupBy(pods, (pod) => refKey(view.workloadOf(pod)))
  const rank = rankFor(view, question)
  return [...byWorkload.values()]
    .flatMap(([pod]) => (pod ? [{ pod, rank: rank(view.workloadOf(pod)) }] : []))
    .filter((candidate) => candidate.rank !== undefined)
    .toSorted((left, right) => (left.rank ?? 0) - (right.rank ?? 0))
    .flatMap(({ pod }) => targetsOf(pod, view))
    .slice(0, mostReady)
}

/** The lower, the sooner; undefined: not to be read. */
function rankFor(
  view: ClusterView,
  { findings, incident }: ReadyQuestion,
): (workload: ResourceRef) => number | undefined {
  const asked = new Set(workloadsOf(incident.resource, view))
  const near = new Set(
    findings.flatMap(({ resource, affects, blames }) =>
      [resource, ...affects, ...blames.map((blame) => blame.resource)].flatMap((ref) => workloadsOf(ref, view)),
    ),
  )
  const said = `${incident.reason ?? ''} ${incident.message ?? ''}`.toLowerCase()
  const nothingWrong = findings.every(({ mechanism }) => mechanisms[mechanism].role === 'symptom')
  const inNamespace = incident.resource.kind === 'Namespace'
  return (workload) => {
    const key = refKey(workload)
    if (asked.has(key)) return 0
    if (names(said, workload.name)) return 1
    if (near.has(key)) return 2
    return inNamespace && nothingWrong ? 3 : undefined
  }
}

function names(said: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name.toLowerCase().replaceAll(/[.]/g, String.raw`\.`)}(?![\\w-])`).test(said)
}

/** The workload of an object; of a Service, what stands behind it. */
function workloadsOf(ref: ResourceRef, view: ClusterView): string[] {
  const object = view.find(ref)
  if (object?.kind === 'Service')
    return view
      .podsOfService(object as Parameters<ClusterView['podsOfService']>[0])
      .map((pod) => refKey(view.workloadOf(pod)))
  return [refKey(object ? view.workloadOf(object) : ref)]
}

function isReady({ status, metadata }: Pod): boolean {
  const containers = status?.containerStatuses ?? []
  return metadata.deletionTimestamp === undefined && containers.some(({ ready, state }) => ready && state?.running)
}

function targetsOf(pod: Pod, view: ClusterView): LogTarget[] {
  return (pod.status?.containerStatuses ?? [])
    .filter(({ ready, state }) => ready && state?.running)
    .map(({ name, restartCount }) => ({
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      container: name,
      workload: view.workloadOf(pod),
      restarts: restartCount,
      state: 'running, ready',
      ready: true,
    }))
}
