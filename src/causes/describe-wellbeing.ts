import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ContainerStatus, Job, Pod } from '#src/domain/kubernetes/objects.ts'

/** What a namespace without a finding looks like: what is there, what ended well, and what was wrong and is over. */
export interface Wellbeing {
  /** Pods that should be ready, and how many of them are. */
  pods: number
  ready: number
  /** Names of pods that have had time to become ready and are not, though no rule says why. */
  unready: string[]
  services: number
  completedJobs: string[]
  /** Pods of no workload that ran to a good end. */
  completedPods: string[]
  /** One clause per workload that had trouble and is over it. */
  recovered: string[]
  /** One clause per pod that warned and is gone: it says nothing of how things are now. */
  departed: string[]
}

/** Start-up misses end by themselves; trouble is what restarted a container or kept warning after its start. */
const startUpMs = 60_000

/** Counts and past trouble of the incident's namespace, or of everything in the picture where there is none. */
export function describeWellbeing(view: ClusterView): Wellbeing {
  const namespace = view.snapshot.namespace
  const inScope = (object: { metadata: { namespace?: string } }): boolean =>
    namespace === undefined || object.metadata.namespace === namespace
  const running = view.list('Pod').filter((pod) => inScope(pod) && !isFinished(pod) && !pod.metadata.deletionTimestamp)
  return {
    pods: running.length,
    ready: running.filter(isReady).length,
    unready: running
      .filter((pod) => !isReady(pod) && isOld(view, pod) && !isEnding(pod))
      .map((pod) => pod.metadata.name),
    services: view.list('Service').filter(inScope).length,
    completedJobs: view
      .list('Job')
      .filter((job) => inScope(job) && isComplete(job))
      .map((job) => job.metadata.name),
    completedPods: view
      .list('Pod')
      .filter((pod) => inScope(pod) && pod.status?.phase === 'Succeeded' && view.controllerOf(pod) === undefined)
      .map((pod) => pod.metadata.name),
    recovered: recoveries(view, running.filter(isReady)),
    departed: departed(view),
  }
}

function isReady(pod: Pod): boolean {
  return (pod.status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
}

function isOld(view: ClusterView, pod: Pod): boolean {
  return (view.ageOf(pod.metadata.creationTimestamp) ?? startUpMs) >= startUpMs
}

/** A pod that is meant to end, one container of which has: that alone makes it not ready. */
function isEnding({ spec, status }: Pod): boolean {
  const states = (status?.containerStatuses ?? []).map(({ state }) => state)
  const ended = states.flatMap((state) => state?.terminated ?? [])
  const isMeant = (spec.restartPolicy ?? 'Always') !== 'Always'
  return (
    isMeant &&
    ended.length > 0 &&
    ended.every(({ exitCode }) => exitCode === 0) &&
    states.every((state) => state?.running || state?.terminated)
  )
}

function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

function isComplete(job: Job): boolean {
  return (job.status?.conditions ?? []).some(
    (condition) => condition.type === 'Complete' && condition.status === 'True',
  )
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

/** Warnings about pods that are gone: a step back, or a controller, has replaced them. What a pod says while it stops is no trouble. */
function departed(view: ClusterView): string[] {
  const namespace = view.snapshot.namespace
  const told = view.snapshot.events.filter(
    ({ type, reason, regarding }) =>
      type === 'Warning' &&
      reason !== 'Unhealthy' &&
      regarding.kind === 'Pod' &&
      regarding.namespace === namespace &&
      view.existence('Pod', regarding.namespace, regarding.name) === 'absent',
  )
  const byPod = Map.groupBy(told, ({ regarding }) => regarding.name)
  return [...byPod].map(([name, events]) => `pod ${name}, which no longer exists, had ${events[0]?.reason} warnings`)
}
