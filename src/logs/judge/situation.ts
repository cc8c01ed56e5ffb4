import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container, ContainerStatus, Pod } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import { isSettled } from './is-settled.ts'

/** What was read of one container. A list that is undefined was not read or not there, which proves nothing. */
export interface ContainerLogs {
  pod: Pod
  container: string
  /** It was read although the container is ready: what it goes on complaining about counts. */
  ready?: 'any' | 'own'
  current?: LogRecord[]
  previous?: LogRecord[]
}

/**
 * `exited`: it ends again and again, or ended for good. `not_ready`: it runs and is not ready. `waiting`: an init container that
 * does not come to an end. `complaining`: it is ready, and its log is read for what it goes on complaining about.
 */
type Trouble = 'exited' | 'not_ready' | 'waiting' | 'complaining'

/** A container with everything that a judgement needs. */
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
  /** Of a complaining container: which complaints count. */
  heard?: 'any' | 'own'
}

const initPatienceMs = 30_000

/** The situation of a container; undefined where its log cannot speak about what is wrong now. */
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
    ...(trouble === 'complaining' ? { heard: logs.ready ?? 'any' } : {}),
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
    return age === undefined || age >= initPatienceMs ? 'waiting' : undefined
  }
  if (isFlapping(status, view)) return 'exited'
  return status.ready ? 'complaining' : 'not_ready'
}

/** It runs now, as it did before each of its ends: only a run that has outlived the last failed one counts as recovered. */
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
