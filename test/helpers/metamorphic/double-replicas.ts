import type { Deployment, ReplicaSet } from '#src/domain/kubernetes/workloads.ts'
import { clonePod } from './clone-pod.ts'
import type { Recording, Retold } from './recording.ts'

/** Every Deployment has twice the pods, each new one in the state of an old one. */
export function doubleReplicas(recording: Recording): Retold | undefined {
  const copy = structuredClone(recording)
  const { Deployment: deployments = [], ReplicaSet: sets = [], Pod: pods = [] } = copy.snapshot.objects
  if (deployments.length === 0) return undefined
  const ofSets = new Set(sets.map((set) => set.metadata.uid))
  const owned = pods.filter((pod) => pod.metadata.ownerReferences?.some((owner) => ofSets.has(owner.uid)))
  owned.forEach((pod, index) => clonePod(copy, pod, index % 10))
  for (const workload of [...deployments, ...sets]) doubleCounts(workload)
  return { recording: copy }
}

function doubleCounts({ spec, status }: Deployment | ReplicaSet): void {
  spec.replicas = (spec.replicas ?? 1) * 2
  const counts: Record<string, unknown> = status ?? {}
  for (const [key, value] of Object.entries(counts))
    if (/replicas$/i.test(key) && typeof value === 'number') counts[key] = value * 2
}
