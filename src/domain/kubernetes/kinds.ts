import type { ObservedKind } from './observed-kinds.ts'

/** One entry for each kind that is observed; the compiler names a kind that is missing. */
const observed: Record<ObservedKind, true> = {
  Pod: true,
  Deployment: true,
  ReplicaSet: true,
  StatefulSet: true,
  DaemonSet: true,
  ControllerRevision: true,
  Job: true,
  CronJob: true,
  Service: true,
  EndpointSlice: true,
  ConfigMap: true,
  Secret: true,
  ServiceAccount: true,
  PersistentVolumeClaim: true,
  PersistentVolume: true,
  StorageClass: true,
  Node: true,
  Namespace: true,
  PriorityClass: true,
  Ingress: true,
  IngressClass: true,
  NetworkPolicy: true,
  HorizontalPodAutoscaler: true,
  PodDisruptionBudget: true,
  ResourceQuota: true,
  LimitRange: true,
  ValidatingWebhookConfiguration: true,
  MutatingWebhookConfiguration: true,
  Role: true,
  RoleBinding: true,
  Gateway: true,
  GatewayClass: true,
  HTTPRoute: true,
  Lease: true,
  VolumeAttachment: true,
  CSINode: true,
  APIService: true,
}

/** True for a kind that is observed at all; of any other only its name is known. */
export function isObservedKind(kind: string): kind is ObservedKind {
  return Object.hasOwn(observed, kind)
}

const kinds: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'PriorityClass',
  'IngressClass',
  'GatewayClass',
  'RuntimeClass',
  'VolumeAttachment',
  'CSIDriver',
  'CSINode',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'APIService',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
])

/** True for kinds whose objects lie in no namespace; a namespace written beside them says only where they were felt. */
export function isClusterScoped(kind: string): boolean {
  return kinds.has(kind)
}
