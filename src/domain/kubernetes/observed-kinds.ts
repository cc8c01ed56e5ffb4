import type {
  ApiService,
  ConfigMap,
  Lease,
  LimitRange,
  Namespace,
  Node,
  PriorityClass,
  ResourceQuota,
  Role,
  RoleBinding,
  Secret,
  ServiceAccount,
  WebhookConfiguration,
} from './cluster.ts'
import type {
  EndpointSlice,
  Gateway,
  GatewayClass,
  HttpRoute,
  Ingress,
  IngressClass,
  NetworkPolicy,
  Service,
} from './network.ts'
import type { Pod } from './objects.ts'
import type { CsiNode, PersistentVolume, PersistentVolumeClaim, StorageClass, VolumeAttachment } from './storage.ts'
import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  PodDisruptionBudget,
  ReplicaSet,
  StatefulSet,
} from './workloads.ts'

/** Every kind that is observed, by its kind name. */
export interface ObservedKinds {
  Pod: Pod
  Deployment: Deployment
  ReplicaSet: ReplicaSet
  StatefulSet: StatefulSet
  DaemonSet: DaemonSet
  ControllerRevision: ControllerRevision
  Job: Job
  CronJob: CronJob
  Service: Service
  EndpointSlice: EndpointSlice
  ConfigMap: ConfigMap
  Secret: Secret
  ServiceAccount: ServiceAccount
  PersistentVolumeClaim: PersistentVolumeClaim
  PersistentVolume: PersistentVolume
  StorageClass: StorageClass
  Node: Node
  Namespace: Namespace
  PriorityClass: PriorityClass
  Ingress: Ingress
  IngressClass: IngressClass
  NetworkPolicy: NetworkPolicy
  HorizontalPodAutoscaler: HorizontalPodAutoscaler
  PodDisruptionBudget: PodDisruptionBudget
  ResourceQuota: ResourceQuota
  LimitRange: LimitRange
  ValidatingWebhookConfiguration: WebhookConfiguration
  MutatingWebhookConfiguration: WebhookConfiguration
  Role: Role
  RoleBinding: RoleBinding
  Gateway: Gateway
  GatewayClass: GatewayClass
  HTTPRoute: HttpRoute
  Lease: Lease
  VolumeAttachment: VolumeAttachment
  CSINode: CsiNode
  APIService: ApiService
}

export type ObservedKind = keyof ObservedKinds
