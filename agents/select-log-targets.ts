import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { concerns } from '#src/causes/concerns.ts'
import { compareSeverity } from '#src/domain/severity.ts'

/** Containers whose logs one run reads of its own accord; the others are reported as a gap. */
export const maxLogsRead = 20

/** A container whose log could say more, with the reason why it is asked. */
export interface LogTarget {
  namespace: string
  pod: string
  container: string
  workload: ResourceRef
  restarts: number
  /** What its state says: `terminated Error (exit code 1)`, `running, not ready`. */
  state: string
  /**
   * It is well: its log is read only for complaints that go on, of any kind or only of those that no fault elsewhere explains; that
   * it cannot be read changes no verdict.
   */
  ready?: 'any' | 'own'
}

interface Candidate extends LogTarget {
  weight: number
  created: string
}

const podsPerContainer = 2
/** Far more than are read, because the number of those left out is reported. */
const maxTargets = 500
const recentMs = 15 * 60_000

/**
 * Containers that are not well and have run at least once, the worst first, with at most two pods for the same container of a
 * workload. A container that never started has no log; one that is well is not asked.
 */
export function selectLogTargets(view: ClusterView, findings: readonly FindingDraft[]): LogTarget[] {
  const named = new Set(
    findings.flatMap((finding) => (finding.container ? [containerKey(finding.resource, finding.container)] : [])),
  )
  const candidates = view.list('Pod').flatMap((pod) => candidatesOf(pod, view, named))
  const groups = Map.groupBy(candidates, (candidate) => containerKey(candidate.workload, candidate.container))
  return [...groups.values()]
    .flatMap((group) => group.toSorted(worstFirst).slice(0, podsPerContainer))
    .toSorted(worstFirst)
    .slice(0, maxTargets)
    .map(({ weight: _weight, created: _created, ...target }) => target)
}

function candidatesOf(pod: Pod, view: ClusterView, named: ReadonlySet<string>): Candidate[] {
  const workload = view.workloadOf(pod)
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).flatMap((container) =>
      container.restartPolicy === 'Always' ? [container.name] : [],
    ),
  )
  const base = {
    namespace: pod.metadata.namespace ?? '',
    pod: pod.metadata.name,
    workload,
    created: pod.metadata.creationTimestamp ?? '',
  }
  return [
    ...initContainerStatuses.map((status) => ({ status, init: !sidecars.has(status.name) })),
    ...containerStatuses.map((status) => ({ status, init: false })),
  ].flatMap(({ status, init }) => {
    if (!hasRun(status)) return []
    const weight = trouble(status, init, pod, view) || (named.has(containerKey(workload, status.name)) ? 1 : 0)
    return weight === 0
      ? []
      : [{ ...base, container: status.name, restarts: status.restartCount, state: describe(status), weight }]
  })
}

function hasRun({ state, lastState, restartCount }: ContainerStatus): boolean {
  return restartCount > 0 || Boolean(state?.running ?? state?.terminated ?? lastState?.terminated)
}

/** 0: well. Higher is worse. */
function trouble(
  { state, lastState, ready, restartCount }: ContainerStatus,
  init: boolean,
  pod: Pod,
  view: ClusterView,
): number {
  if (state?.terminated) return state.terminated.exitCode === 0 ? 0 : 5
  if (state?.waiting) return restartCount > 0 || lastState?.terminated ? 5 : 0
  if (init && state?.running) return 4
  if (!ready && pod.metadata.deletionTimestamp === undefined) return 3
  const ended = lastState?.terminated
  const age = view.ageOf(ended?.finishedAt)
  return ended && ended.exitCode !== 0 && age !== undefined && age < recentMs ? 2 : 0
}

function describe({ state, lastState, ready }: ContainerStatus): string {
  const ended = state?.terminated ?? lastState?.terminated
  const last = ended ? `${ended.reason ?? 'ended'} (exit code ${ended.exitCode})` : undefined
  if (state?.terminated) return `terminated ${last}`
  if (state?.waiting) return `waiting ${state.waiting.reason ?? ''}${last ? `, last ${last}` : ''}`
  return `running, ${ready ? 'ready' : 'not ready'}${last ? `, last ${last}` : ''}`
}

function containerKey(workload: ResourceRef, container: string): string {
  return `${refKey(workload)}/${container}`
}

function worstFirst(left: Candidate, right: Candidate): number {
  return right.weight - left.weight || right.restarts - left.restarts || right.created.localeCompare(left.created)
}

const maxReadyTargets = 12
/** Beside a fault that was found only a few are worth the time. */
const maxBesideFault = 6
/** A container that has only just started may still be finding its dependencies. */
const settledMs = 60_000

/**
 * Ready containers whose log is read although they are well: a program can be ready and fail at its work all the same. The
 * workload in question comes first. Beside something that was found only troubles count that it cannot explain, unless the
 * workload in question has no part in it.
 */
export function selectReadyLogTargets(
  view: ClusterView,
  findings: readonly FindingDraft[],
  asked: ResourceRef,
): LogTarget[] {
  if (view.snapshot.namespace === undefined) return []
  const isAsked = concerns(asked, view)
  const weighty = findings.filter((finding) => compareSeverity(finding.severity, 'low') < 0)
  const isFree = weighty.length === 0
  const ready = view.list('Pod').flatMap((pod) => readyContainers(pod, view))
  const near = (target: LogTarget): boolean =>
    isAsked({ resource: target.workload, affects: [{ kind: 'Pod', namespace: target.namespace, name: target.pod }] })
  const groups = Map.groupBy(ready, ({ workload, container }) => `${refKey(workload)}/${container}`)
  const explained = asked.kind === 'Namespace' || weighty.some(isAsked)
  return [...groups.values()]
    .flatMap((group) => group.slice(0, isFree ? podsPerContainer : 1))
    .toSorted((left, right) => Number(near(right)) - Number(near(left)))
    .slice(0, isFree ? maxReadyTargets : maxBesideFault)
    .map((target) => ({ ...target, ready: isFree || (near(target) && !explained) ? 'any' : 'own' }))
}

function readyContainers(pod: Pod, view: ClusterView): LogTarget[] {
  if (pod.metadata.deletionTimestamp || pod.status?.phase !== 'Running') return []
  return (pod.status.containerStatuses ?? []).filter(isSettled(view)).map((status) => ({
    namespace: pod.metadata.namespace ?? '',
    pod: pod.metadata.name,
    container: status.name,
    workload: view.workloadOf(pod),
    restarts: 0,
    state: 'running, ready',
    ready: 'any' as const,
  }))
}

function isSettled(view: ClusterView): (status: ContainerStatus) => boolean {
  return ({ ready, state }) => ready && (view.ageOf(state?.running?.startedAt) ?? 0) >= settledMs
}
