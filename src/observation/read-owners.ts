import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { type ResourceRef, refKey } from '#src/domain/resource-ref.ts'
import { runBounded } from '#src/util/bounded.ts'
import type { Reading } from './bounded-reads.ts'

const maxWorkloads = 5
const maxConfigMaps = 5
const owned: ReadonlySet<string> = new Set<ObservedKind>(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'])

/** Reads who wrote the fields of unhealthy workloads and of the ConfigMaps that they use: one read each, for a few of them. */
export async function readOwners(reading: Reading, namespace: string): Promise<void> {
  const { reads, concurrency } = reading
  const builder = reading.view()
  const workloads = unhealthyWorkloads(builder, namespace).slice(0, maxWorkloads)
  const maps = new Set(workloads.flatMap((ref) => mapsOf(builder, ref)))
  await runBounded(
    [
      ...workloads.map(
        ({ kind, name }) =>
          () =>
            reads.owners(kind as ObservedKind, namespace, name),
      ),
      ...[...maps].slice(0, maxConfigMaps).map((name) => () => reads.owners('ConfigMap', namespace, name)),
    ],
    concurrency,
  )
}

/** Workloads with a pod that is not ready or has restarted, those without any pod first; and those that are scaled up and down. */
function unhealthyWorkloads(view: ClusterView, namespace: string): ResourceRef[] {
  const unwell = view
    .list('Pod')
    .filter((pod) => pod.metadata.namespace === namespace && !isWell(pod))
    .map((pod) => view.workloadOf(pod))
  const lacking = [...view.list('Deployment'), ...view.list('StatefulSet')]
    .filter(
      ({ metadata, spec, status }) =>
        metadata.namespace === namespace && lacksReplicas(spec.replicas, status?.replicas),
    )
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

function lacksReplicas(wanted = 1, running = 0): boolean {
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
