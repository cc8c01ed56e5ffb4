import type { ObservedKind } from '#src/domain/kubernetes/objects.ts'

/** Kinds that are read whole for the incident's namespace; the most telling and the largest first. */
export const namespacedKinds: readonly ObservedKind[] = [
  'Pod',
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Service',
  'EndpointSlice',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'ServiceAccount',
  'ControllerRevision',
  'Ingress',
  'NetworkPolicy',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'ResourceQuota',
  'LimitRange',
  'Role',
  'RoleBinding',
]

/** Small lists of the cluster that scheduling and storage turn on. */
export const clusterKinds: readonly ObservedKind[] = ['Node', 'PersistentVolume', 'StorageClass', 'PriorityClass']

/** What is read of another namespace whose service is called from here. */
export const neighbourKinds: readonly ObservedKind[] = [
  'Service',
  'EndpointSlice',
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]
