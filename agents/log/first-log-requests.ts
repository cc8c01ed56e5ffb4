import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ContainerStatus } from '#src/domain/kubernetes/objects.ts'
import type { LogTarget } from '#agents/select-log-targets.ts'
import type { LogRequest } from './log-request.ts'
import { mostLogsRead } from './most-logs-read.ts'

const tail = 300

/**
 * The logs to read first: of a container that has ended, its current log, which is that of the instance that failed; of one that
 * runs again, the previous one too.
 */
export function firstLogRequests(targets: readonly LogTarget[], view: ClusterView): LogRequest[] {
  return targets.slice(0, mostLogsRead).flatMap(({ namespace, pod, container, restarts, ready }) => {
    const { initContainerStatuses = [], containerStatuses = [] } = view.get('Pod', namespace, pod)?.status ?? {}
    const status = [...initContainerStatuses, ...containerStatuses].find((entry) => entry.name === container)
    const base = { namespace, pod, container, tail_lines: tail, ...(ready ? { ready } : {}) }
    const current = { ...base, previous: false }
    if (ready) return [current]
    return restarts > 0 && runsAgain(status) ? [current, { ...base, previous: true }] : [current]
  })
}

function runsAgain(status: ContainerStatus | undefined): boolean {
  return status === undefined || status.state?.running !== undefined
}
