import { notableKinds, type NotableKind } from '#src/logs/notable-kinds.ts'
import type { FetchedLog } from './fetched-logs.ts'

/** What stands out in the log of one container. */
export interface NotableLog {
  pod: string
  container: string
  kinds: NotableKind[]
}

/** Each current log against its own past: the previous instance, and other pods that run the same container. */
export function notableLogs(logs: readonly FetchedLog[]): NotableLog[] {
  return logs.flatMap(({ request, records }) => {
    const { namespace, pod, container, previous } = request
    if (previous || records.length === 0) return []
    const same = logs.filter(
      (other) =>
        other.request.namespace === namespace && other.request.container === container && other.records !== records,
    )
    const before = same.find((other) => other.request.pod === pod && other.request.previous)?.records
    const siblings = same
      .filter((other) => workloadPart(other.request.pod) === workloadPart(pod) && other.request.pod !== pod)
      .filter((other) => !other.request.previous)
      .map((other) => other.records)
    const kinds = notableKinds({ records, siblings, ...(before ? { previous: before } : {}) })
    return kinds.length === 0 ? [] : [{ pod, container, kinds }]
  })
}

/** The name without what tells one pod of a workload from another. */
function workloadPart(pod: string): string {
  return pod.replace(/-[a-z0-9]+$/, '').replace(/-[a-f0-9]{6,10}$/, '')
}
