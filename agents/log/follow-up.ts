import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Pod, Service } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { FetchedLog } from './fetched-logs.ts'
import type { LogRequest } from './log-request.ts'

const podsPerTarget = 2
const mostRequests = 8
const tail = 300

/**
 * What else has to be read before the findings can stand: the logs behind a dependency that is blamed, so that a cascade is
 * followed to its source, or a healthy sibling, where last words alone speak and may be said by the healthy as well.
 */
export function followUp(
  findings: readonly FindingDraft[],
  logs: readonly FetchedLog[],
  view: ClusterView,
): { reason: string; request: { requests: LogRequest[] } } | undefined {
  const read = new Set(logs.map(({ request }) => `${request.namespace}/${request.pod}`))
  const blamed = findings.flatMap((finding) => finding.blames.map((blame) => blame.resource))
  const behind = unread(
    blamed.flatMap((ref) => podsBehind(ref, view).slice(0, podsPerTarget)),
    read,
  )
  if (behind.length > 0)
    return {
      reason: `a connection points to ${blamed.map((ref) => ref.name).join(', ')}`.slice(0, 200),
      request: { requests: behind },
    }
  const unsure = findings.filter((finding) => finding.mechanism === 'application_error' && finding.confidence <= 0.6)
  const siblings = unsure.flatMap((finding) => healthySibling(finding, view))
  const requests = unread(
    siblings.map(({ pod }) => pod),
    read,
    siblings[0]?.container,
  )
  return requests.length > 0 ? { reason: 'do the healthy say the same?', request: { requests } } : undefined
}

function podsBehind(ref: ResourceRef, view: ClusterView): readonly Pod[] {
  const object = view.find(ref)
  if (!object) return []
  return object.kind === 'Service' ? view.podsOfService(object as Service) : view.podsOf(object)
}

function healthySibling(finding: FindingDraft, view: ClusterView): { pod: Pod; container: string }[] {
  const workload = view.find(finding.resource)
  const { container } = finding
  if (!workload || !container) return []
  const pod = view
    .podsOf(workload)
    .find((candidate) =>
      candidate.status?.containerStatuses?.some((status) => status.name === container && status.ready),
    )
  return pod ? [{ pod, container }] : []
}

function unread(pods: readonly Pod[], read: ReadonlySet<string>, container?: string): LogRequest[] {
  return pods
    .filter((pod) => !read.has(`${pod.metadata.namespace}/${pod.metadata.name}`))
    .flatMap((pod) =>
      (pod.status?.containerStatuses ?? [])
        .filter(
          (status) =>
            (container ? status.name === container : true) &&
            (status.state?.running ?? status.state?.terminated ?? status.lastState?.terminated),
        )
        .map((status) => ({
          namespace: pod.metadata.namespace ?? '',
          pod: pod.metadata.name,
          container: status.name,
          previous: false,
          tail_lines: tail,
        })),
    )
    .slice(0, mostRequests)
}
