import type { ContainerLogs } from '#src/logs/judge/situation.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FetchedLog } from './fetched-logs.ts'

/** Current and previous log of each container side by side, with its pod from the picture. */
export function containerLogs(logs: readonly FetchedLog[], view: ClusterView): ContainerLogs[] {
  const byContainer = new Map<string, ContainerLogs>()
  for (const { request, answer, records } of logs) {
    const pod = view.get('Pod', request.namespace, request.pod)
    if (!pod || answer.status === 'failed') continue
    const key = `${request.namespace}/${request.pod}/${request.container}`
    const entry = byContainer.get(key) ?? {
      pod,
      container: request.container,
      ...(request.ready ? { ready: request.ready } : {}),
    }
    if (records.length > 0) entry[request.previous ? 'previous' : 'current'] = records
    byContainer.set(key, entry)
  }
  return [...byContainer.values()]
}
