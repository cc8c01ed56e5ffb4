import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { ObservedKind, Pod } from '#src/domain/kubernetes/objects.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import type { Reading } from './reading.ts'
import { runBounded } from '#src/util/bounded.ts'

const mostWorkloads = 5
const mostMaps = 5
const owned: ReadonlySet<string> = new Set<ObservedKind>(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'])

/** Who wrote the fields of the workloads that are not well, and of the ConfigMaps that they use: one read each, for a few of them. */
export async function readOwners(reading: Reading, namespace: string): Promise<void> {
  const { reads, concurrency } = reading
  const picture = reading.view()
  const workloads = suspects(picture, namespace).slice(0, mostWorkloads)
  const maps = new Set(workloads.flatMap((ref) => mapsOf(picture, ref)))
  await runBounded(
    [
      ...workloads.map(
        ({ kind, name }) =>
          () =>
            reads.owners(kind as ObservedKind, namespace, name),
      ),
      ...[...maps].slice(0, mostMaps).map((name) => () => reads.owners('ConfigMap', namespace, name)),
    ],
    concurrency,
  )
}

/** Workloads with a pod that is not ready or has restarted, those without any pod first; and those whose count goes up and down. */
function suspects(view: ClusterView, namespace: string): ResourceRef[] {
  const unwell = view
    .list('Pod')
    .filter((pod) => pod.metadata.namespace === namespace && !isWell(pod))
    .map((pod) => view.workloadOf(pod))
  const lacking = [...view.list('Deployment'), ...view.list('StatefulSet')]
    .filter(({ metadata, spec, status }) => metadata.namespace === namespace && lacks(spec.replicas, status?.replicas))
    .map((workload) => view.workloadOf(workload))
  const scaled = view
    .list('HorizontalPodAutoscaler')
    .map(({ metadata, spec }) => ({ ...spec.scaleTargetRef, namespace: metadata.namespace }))
    .filter((target) =>
      view.eventsAbout(target).some(({ reason, count }) => reason === 'ScalingReplicaSet' && count > 1),
    )
    .map(({ kind, name }) => ({ kind, namespace, name }))
  const all = [...lacking, ...unwell, ...scaled].filter(({ kind }) => owned.has(kind))
  return [...new Map(all.map((ref) => [refKey(ref), ref])).values()]
}

function lacks(wanted = 1, running = 0): boolean {
  return running < wanted || wanted === 0
}

function isWell({ status }: Pod): boolean {
  if (status?.phase === 'Succeeded') return true
  const ready = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True')
  return ready === true && (status?.containerStatuses ?? []).every(({ restartCount }) => restartCount === 0)
}

function mapsOf(view: ClusterView, ref: ResourceRef): string[] {
  const template = view.templateOf(ref)
  return template ? podReferences(template.spec).flatMap(({ kind, name }) => (kind === 'ConfigMap' ? [name] : [])) : []
}
