import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import type { Container, EnvVar, Pod } from '#src/domain/kubernetes/objects.ts'
import type { PersistentVolumeClaim } from '#src/domain/kubernetes/storage.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'

/** One place that gives a variable its value. `value` is absent where it is a Secret's or only known at run time. */
export interface EnvSource {
  from: string
  value?: string
  /** As it stands in the container's own list. */
  entry?: EnvVar
}

/** Every place that names a variable, by its name, in the order of precedence: the last one wins, as the kubelet has it. */
export function envSources(
  view: ClusterView,
  namespace: string | undefined,
  spec: Container,
): Map<string, EnvSource[]> {
  const sources = new Map<string, EnvSource[]>()
  const add = (name: string, source: EnvSource): void => void sources.set(name, [...(sources.get(name) ?? []), source])
  for (const { prefix = '', configMapRef, secretRef } of spec.envFrom ?? []) {
    const data = configMapRef?.name ? view.get('ConfigMap', namespace, configMapRef.name)?.data : undefined
    for (const [key, value] of Object.entries(data ?? {}))
      add(`${prefix}${key}`, { from: `envFrom ConfigMap ${configMapRef?.name}`, value })
    const keys = secretRef?.name ? view.get('Secret', namespace, secretRef.name)?.keys : undefined
    for (const key of keys ?? []) add(`${prefix}${key}`, { from: `envFrom Secret ${secretRef?.name}` })
  }
  for (const entry of spec.env ?? []) add(entry.name, { ...readEntry(view, namespace, entry), entry })
  return sources
}

function readEntry(view: ClusterView, namespace: string | undefined, { value, valueFrom }: EnvVar): EnvSource {
  const { configMapKeyRef, secretKeyRef } = valueFrom ?? {}
  if (secretKeyRef) return { from: `env, Secret ${secretKeyRef.name} key ${secretKeyRef.key}` }
  if (!configMapKeyRef) return valueFrom ? { from: 'env' } : { from: 'env', value: value ?? '' }
  const map = configMapKeyRef.name ? view.get('ConfigMap', namespace, configMapKeyRef.name) : undefined
  const known = map?.data?.[configMapKeyRef.key]
  return {
    from: `env, ConfigMap ${configMapKeyRef.name} key ${configMapKeyRef.key}`,
    ...(known === undefined ? {} : { value: known }),
  }
}

/** Who mounts a claim: living pods, their workloads, and workloads whose template names it though no pod runs. */
export function claimUsers(view: ClusterView, claim: PersistentVolumeClaim): { pods: Pod[]; workloads: ResourceRef[] } {
  const { namespace, name } = claim.metadata
  const mounts = (volumes: Pod['spec']['volumes']): boolean =>
    (volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === name)
  const pods = view
    .list('Pod')
    .filter(
      (pod) => pod.metadata.namespace === namespace && !pod.metadata.deletionTimestamp && mounts(pod.spec.volumes),
    )
  const templated = [...view.list('Deployment'), ...view.list('StatefulSet'), ...view.list('DaemonSet')].filter(
    (workload) => workload.metadata.namespace === namespace && mounts(workload.spec.template.spec.volumes),
  )
  const workloads = [...pods.map((pod) => view.workloadOf(pod)), ...templated.map(refOf)]
  return { pods, workloads: [...new Map(workloads.map((ref) => [refKey(ref), ref])).values()] }
}
