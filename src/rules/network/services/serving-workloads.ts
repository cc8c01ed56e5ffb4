import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** A workload that keeps pods running: the labels of its template, and those by which it knows its own pods. */
export interface ServingWorkload {
  workload: ResourceRef
  labels: Record<string, string>
  identity: Record<string, string>
}

const cache = new WeakMap<ClusterView, Map<string, readonly ServingWorkload[]>>()

/** Workloads of the namespace that keep pods running, with the labels of their templates. */
export function servingWorkloads(view: ClusterView, namespace: string | undefined): readonly ServingWorkload[] {
  const known = cache.get(view) ?? new Map<string, readonly ServingWorkload[]>()
  cache.set(view, known)
  const found = known.get(namespace ?? '') ?? gather(view, namespace)
  known.set(namespace ?? '', found)
  return found
}

function gather(view: ClusterView, namespace: string | undefined): ServingWorkload[] {
  return [...view.list('Deployment'), ...view.list('StatefulSet'), ...view.list('DaemonSet')]
    .filter((workload) => workload.metadata.namespace === namespace)
    .map((workload) => ({
      workload: refOf(workload),
      labels: workload.spec.template.metadata?.labels ?? {},
      identity: workload.spec.selector.matchLabels ?? {},
    }))
}
