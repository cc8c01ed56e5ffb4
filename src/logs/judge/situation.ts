import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Container, ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import type { CronJob, Job } from '#src/domain/kubernetes/workloads.ts'
import { revisionsOf, templateChanges } from '#src/domain/kubernetes/revisions.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import { rollBack } from '#src/rules/kit/actions.ts'
import { conditionOf } from '#src/rules/kit/objects.ts'

/** The logs that were read of one container. An undefined list was not read or does not exist, which proves nothing. */
export interface ContainerLogs {
  pod: Pod
  container: string
  /** Set where the container is ready: its log is read for faults that it keeps reporting. */
  ready?: 'any' | 'own'
  current?: LogRecord[]
  previous?: LogRecord[]
}

/**
 * `exited`: it exits again and again, or exited for good. `not_ready`: it runs and is not ready. `waiting`: an init container that
 * does not finish. `complaining`: it is ready, and its log is read for faults that it keeps reporting.
 */
type Trouble = 'exited' | 'not_ready' | 'waiting' | 'complaining'

/** A container with everything that its judges need. */
export interface Situation {
  view: ClusterView
  pod: Pod
  namespace: string
  spec: Container
  status: ContainerStatus
  init: boolean
  workload: ResourceRef
  trouble: Trouble
  /** Records of the instance that is judged: the one that failed. */
  records: LogRecord[]
  /** Which instance that was: 0 for the first. */
  restart: number
  exit_code?: number
  /** Of a complaining container: whether complaints about other workloads count as well. */
  complaints?: 'any' | 'own'
}

const initWaitingAfterMs = 30_000

/** Events that are older say nothing about the present state. */
const eventsRecentMs = 15 * 60_000

/** Events of the last 15 minutes about the container: those that name another container of the pod are left out. */
export function recentEvents({ view, pod, spec }: Situation): ClusterEvent[] {
  return view.eventsOf(pod).filter(({ last_seen, regarding }) => {
    const age = view.ageOf(last_seen)
    const isRecent = age === undefined || age <= eventsRecentMs
    return isRecent && (!regarding.fieldPath || regarding.fieldPath.includes(`{${spec.name}}`))
  })
}

/** The situation of a container; undefined where nothing is wrong with it now that its log could explain. */
export function situationOf(logs: ContainerLogs, view: ClusterView): Situation | undefined {
  const { pod } = logs
  const init = (pod.spec.initContainers ?? []).some((container) => container.name === logs.container)
  const specs = init ? pod.spec.initContainers : pod.spec.containers
  const statuses = init ? pod.status?.initContainerStatuses : pod.status?.containerStatuses
  const spec = specs?.find((container) => container.name === logs.container)
  const status = statuses?.find((entry) => entry.name === logs.container)
  if (!spec || !status || pod.metadata.deletionTimestamp || isSettled(pod, view)) return undefined
  const trouble = troubleOf(status, init, view)
  if (!trouble) return undefined
  const chosen = chooseInstance(logs, status, trouble)
  if (!chosen) return undefined
  const ended = status.state?.terminated ?? status.lastState?.terminated
  return {
    view,
    pod,
    namespace: pod.metadata.namespace ?? 'default',
    spec,
    status,
    init,
    workload: view.workloadOf(pod),
    trouble,
    ...chosen,
    ...(trouble === 'complaining' ? { complaints: logs.ready ?? 'any' } : {}),
    ...(ended && trouble === 'exited' ? { exit_code: ended.exitCode } : {}),
  }
}

function troubleOf(status: ContainerStatus, init: boolean, view: ClusterView): Trouble | undefined {
  const { waiting, running, terminated } = status.state ?? {}
  if (terminated) return terminated.exitCode === 0 ? undefined : 'exited'
  if (waiting) return status.lastState?.terminated ? 'exited' : undefined
  if (!running) return undefined
  if (init) {
    const age = view.ageOf(running.startedAt)
    return age === undefined || age >= initWaitingAfterMs ? 'waiting' : undefined
  }
  if (isFlapping(status, view)) return 'exited'
  return status.ready ? 'complaining' : 'not_ready'
}

/** It runs now, as it did before each exit. It has recovered only when this run is clearly longer than the last failed one. */
function isFlapping(status: ContainerStatus, view: ClusterView): boolean {
  const last = status.lastState?.terminated
  const uptime = view.ageOf(status.state?.running?.startedAt)
  if (!last || uptime === undefined || status.restartCount < (status.ready ? 2 : 1)) return false
  const lastRun = Date.parse(last.finishedAt ?? '') - Date.parse(last.startedAt ?? '')
  return Number.isFinite(lastRun) && uptime < Math.max(lastRun * 1.5, 5_000) && uptime < 600_000
}

function chooseInstance(
  logs: ContainerLogs,
  status: ContainerStatus,
  trouble: Trouble,
): { records: LogRecord[]; restart: number } | undefined {
  const current = { records: logs.current ?? [], restart: status.restartCount }
  const previous = { records: logs.previous ?? [], restart: Math.max(status.restartCount - 1, 0) }
  const runsAgain = trouble === 'exited' && status.state?.running !== undefined
  const order = runsAgain ? [previous, current] : trouble === 'exited' ? [current, previous] : [current]
  return order.find((instance) => instance.records.length > 0)
}

/**
 * A finished pod whose end no longer matters: it succeeded, another attempt of its job or a later run of its cron job succeeded, or
 * it was evicted and its controller has replaced it.
 */
export function isSettled(pod: Pod, view: ClusterView): boolean {
  if (pod.status?.phase === 'Succeeded') return true
  const owner = view.controllerOf(pod)
  if (owner?.kind !== 'Job') return pod.status?.phase === 'Failed' && owner !== undefined
  const job = owner as Job
  if (conditionOf(job, 'Complete')?.status === 'True') return true
  const cron = view.controllerOf(job) as CronJob | undefined
  const lastSuccess = cron?.kind === 'CronJob' ? cron.status?.lastSuccessfulTime : undefined
  return lastSuccess !== undefined && Date.parse(lastSuccess) > Date.parse(pod.metadata.creationTimestamp ?? '')
}

/**
 * Back to an earlier revision that is known to have worked and that differs in what this container runs. Empty where there is none, and
 * where the current revision serves.
 */
export function backToGoodRevision({ view, workload, spec, status }: Situation): Remedy[] {
  const current = revisionsOf(view, workload).find((revision) => revision.current)
  // A program that hangs is ready for a while after each restart: that does not make its revision a good one.
  if (!current || (current.ready_replicas > 0 && status.restartCount < 2)) return []
  const ofContainer = `ontainers[${spec.name}]`
  const good = rollBack(view, workload, {
    lacksFault: (template) =>
      templateChanges(template, current.template).some(({ path }) => path.includes(ofContainer)),
    container: spec.name,
    proven: true,
  })
  return good ? [good.remedy] : []
}
