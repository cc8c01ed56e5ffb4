/** Kinds that a recording holds whole for its own namespaces: none of them there means that there was none. */
export const recordedInNamespace: ReadonlySet<string> = new Set([
  'Pod',
  'Event',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'ControllerRevision',
  'Job',
  'CronJob',
  'Service',
  'Endpoints',
  'EndpointSlice',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'PersistentVolumeClaim',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Ingress',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'Role',
  'RoleBinding',
])

/** Kinds of the whole cluster that every recording holds whole: none of them there means that there was none. */
export const recordedWhole: ReadonlySet<string> = new Set(['Node', 'PersistentVolume', 'StorageClass', 'PriorityClass'])

/** Kinds of the whole cluster that were recorded only where they mattered: none of them proves nothing. */
export const recordedInPart: ReadonlySet<string> = new Set([
  'Namespace',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
])

/** Where the events of nodes and other objects without a namespace lie; nothing else of it was recorded. */
export const namespaceOfClusterEvents = 'default'
