import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'

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

/** Counts and past trouble of the incident's namespace, or of the whole snapshot where it has none. */
export function describeNamespaceHealth(view: ClusterView): NamespaceHealth {
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
