import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { mapText } from './map-text.ts'
import type { Recording, Retold } from './recording.ts'

/** What a Deployment may be turned into. */
export type OtherKind = 'StatefulSet' | 'DaemonSet'

/**
 * Every Deployment becomes a workload of another kind, with the same template and pods. Not where a revision of its own or a wish
 * of it (no pods, a rollout, pods that no node takes) is what the incident is about.
 */
export function changeKind(recording: Recording, kind: OtherKind): Retold | undefined {
  const copy = structuredClone(recording)
  const { Deployment: deployments = [], Pod: pods = [] } = copy.snapshot.objects
  const moved = deployments.map((deployment) => ({ deployment, set: onlySetOf(copy, deployment) }))
  if (moved.length === 0 || moved.some(({ deployment, set }) => !set || deployment.spec.replicas === 0))
    return undefined
  if (
    pods.some((pod) => pod.status?.phase === 'Failed') ||
    (kind === 'DaemonSet' && pods.some((pod) => !pod.spec.nodeName))
  )
    return undefined
  const names = new Map<string, string>()
  for (const { deployment, set } of moved) if (set) move(copy, deployment, set, kind, names)
  for (const { spec } of copy.snapshot.objects.HorizontalPodAutoscaler ?? [])
    if (spec.scaleTargetRef.kind === 'Deployment') spec.scaleTargetRef.kind = kind
  delete copy.snapshot.objects.Deployment
  delete copy.snapshot.objects.ReplicaSet
  const map = (text: string): string => {
    let changed = text.replace(/^((?:\w+ )?)(?:Deployment|ReplicaSet)\//, `$1${kind}/`)
    for (const [name, other] of names) changed = changed.replaceAll(name, other)
    return changed
  }
  const retold = mapText(copy, (text) => (/^(?:Deployment|ReplicaSet)\//.test(text) ? text : map(text)))
  return { recording: retold, image: map }
}

function onlySetOf({ snapshot }: Recording, deployment: Deployment): ReplicaSet | undefined {
  const sets = (snapshot.objects.ReplicaSet ?? []).filter((set) =>
    set.metadata.ownerReferences?.some((owner) => owner.uid === deployment.metadata.uid),
  )
  return sets.length === 1 ? sets[0] : undefined
}

function move(
  { snapshot }: Recording,
  deployment: Deployment,
  set: ReplicaSet,
  kind: OtherKind,
  names: Map<string, string>,
): void {
  const { name, namespace, uid } = deployment.metadata
  const pods = (snapshot.objects.Pod ?? []).filter((pod) =>
    pod.metadata.ownerReferences?.some((owner) => owner.uid === set.metadata.uid),
  )
  pods.forEach((pod, index) => {
    const suffix = kind === 'StatefulSet' ? String(index) : pod.metadata.name.slice(-5)
    names.set(pod.metadata.name, `${name}-${suffix}`)
    pod.metadata.ownerReferences = [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }]
    delete pod.metadata.labels?.['pod-template-hash']
  })
  const workload = kind === 'StatefulSet' ? statefulSet(deployment, pods) : daemonSet(deployment, pods)
  snapshot.objects = { ...snapshot.objects, [kind]: [...(snapshot.objects[kind] ?? []), workload] }
  const own = new Set([refKey({ kind: 'ReplicaSet', namespace, name: set.metadata.name })])
  own.add(refKey({ kind: 'Deployment', namespace, name }))
  for (const event of snapshot.events)
    if (own.has(refKey(event.regarding))) event.regarding = { kind, namespace, name, uid }
}

const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

function statefulSet({ metadata, spec }: Deployment, pods: Pod[]): StatefulSet {
  const ready = pods.filter(isReady).length
  const { selector, template, replicas = 1 } = spec
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: { replicas, serviceName: metadata.name, podManagementPolicy: 'Parallel', selector, template },
    status: {
      replicas: pods.length,
      readyReplicas: ready,
      availableReplicas: ready,
      currentReplicas: pods.length,
      updatedReplicas: pods.length,
      observedGeneration: metadata.generation,
    },
  }
}

/** It tolerates every taint: a node that a daemon set leaves out would be a finding of its own. */
function daemonSet({ metadata, spec }: Deployment, pods: Pod[]): DaemonSet {
  const ready = pods.filter(isReady).length
  const template = structuredClone(spec.template)
  template.spec.tolerations = [...(template.spec.tolerations ?? []), { operator: 'Exists' }]
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata,
    spec: { selector: spec.selector, template },
    status: {
      desiredNumberScheduled: spec.replicas ?? 1,
      currentNumberScheduled: pods.length,
      numberReady: ready,
      numberAvailable: ready,
      numberUnavailable: (spec.replicas ?? 1) - ready,
      updatedNumberScheduled: pods.length,
      observedGeneration: metadata.generation,
    },
  }
}
