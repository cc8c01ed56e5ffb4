/*
 * Our own minimal Kubernetes types: plain JSON as the API server sends it, times as ISO strings, only the fields that are used.
 * Everything but identity is optional, for a recording, an old server or a narrow role may leave it out.
 */

export interface OwnerReference {
  apiVersion?: string
  kind: string
  name: string
  uid: string
  controller?: boolean
}

/** What one manager has written of an object. `time` is its last write: none of its fields changed by its hand later than that. */
export interface FieldOwner {
  manager: string
  operation: string
  subresource?: string
  time?: string
  /** Fields of spec and data: `spec.template.spec.containers[web].image`, `data[app.yaml]`. */
  paths: string[]
}

export interface ObjectMeta {
  name: string
  namespace?: string
  uid: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  /** Who writes which fields; present only where it was asked for. */
  fieldOwners?: FieldOwner[]
}

export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
  lastUpdateTime?: string
  lastHeartbeatTime?: string
  observedGeneration?: number
}

/** Any object: what all kinds share. `kind` is always set, also on items of a list. */
export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
}

export interface KeySelector {
  name?: string
  key: string
  optional?: boolean
}
export interface EnvVar {
  name: string
  value?: string
  valueFrom?: {
    configMapKeyRef?: KeySelector
    secretKeyRef?: KeySelector
    fieldRef?: { fieldPath: string }
    resourceFieldRef?: { resource: string }
  }
}
export interface EnvFromSource {
  prefix?: string
  configMapRef?: { name?: string; optional?: boolean }
  secretRef?: { name?: string; optional?: boolean }
}
export interface ContainerPort {
  name?: string
  containerPort: number
  hostPort?: number
  protocol?: string
}
export interface Probe {
  httpGet?: { path?: string; port: number | string; scheme?: string; host?: string }
  tcpSocket?: { port: number | string }
  grpc?: { port: number; service?: string }
  exec?: { command?: string[] }
  initialDelaySeconds?: number
  periodSeconds?: number
  timeoutSeconds?: number
  failureThreshold?: number
  successThreshold?: number
}
export type Quantities = Record<string, string>
export interface SecurityContext {
  runAsNonRoot?: boolean
  runAsUser?: number
  runAsGroup?: number
  fsGroup?: number
  privileged?: boolean
  readOnlyRootFilesystem?: boolean
}
export interface Container {
  name: string
  image?: string
  imagePullPolicy?: string
  command?: string[]
  args?: string[]
  workingDir?: string
  env?: EnvVar[]
  envFrom?: EnvFromSource[]
  ports?: ContainerPort[]
  resources?: { requests?: Quantities; limits?: Quantities }
  readinessProbe?: Probe
  livenessProbe?: Probe
  startupProbe?: Probe
  volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[]
  lifecycle?: { postStart?: Handler; preStop?: Handler }
  securityContext?: SecurityContext
  restartPolicy?: string
}
export interface Handler {
  exec?: { command?: string[] }
  httpGet?: { path?: string; port: number | string }
  sleep?: { seconds: number }
}
export interface KeyToPath {
  key: string
  path: string
}
export interface Volume {
  name: string
  configMap?: { name?: string; items?: KeyToPath[]; optional?: boolean }
  secret?: { secretName?: string; items?: KeyToPath[]; optional?: boolean }
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean }
  emptyDir?: { sizeLimit?: string; medium?: string }
  hostPath?: { path: string; type?: string }
  csi?: { driver: string; nodePublishSecretRef?: { name?: string } }
  projected?: {
    sources?: {
      configMap?: { name?: string; items?: KeyToPath[]; optional?: boolean }
      secret?: { name?: string; items?: KeyToPath[]; optional?: boolean }
      serviceAccountToken?: unknown
      downwardAPI?: unknown
    }[]
  }
  [source: string]: unknown
}
export interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: number
}
export interface LabelSelectorRequirement {
  key: string
  operator: string
  values?: string[]
}
export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: LabelSelectorRequirement[]
}
export interface NodeSelectorTerm {
  matchExpressions?: LabelSelectorRequirement[]
  matchFields?: LabelSelectorRequirement[]
}
export interface PodAffinityTerm {
  labelSelector?: LabelSelector
  topologyKey: string
  namespaces?: string[]
}
export interface Affinity {
  nodeAffinity?: {
    requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeSelectorTerm[] }
  }
  podAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] }
  podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] }
}
export interface TopologySpreadConstraint {
  maxSkew: number
  topologyKey: string
  whenUnsatisfiable: string
  labelSelector?: LabelSelector
  nodeTaintsPolicy?: string
  nodeAffinityPolicy?: string
  minDomains?: number
}
export interface PodSpec {
  nodeName?: string
  nodeSelector?: Record<string, string>
  affinity?: Affinity
  tolerations?: Toleration[]
  topologySpreadConstraints?: TopologySpreadConstraint[]
  containers: Container[]
  initContainers?: Container[]
  volumes?: Volume[]
  serviceAccountName?: string
  imagePullSecrets?: { name?: string }[]
  priorityClassName?: string
  priority?: number
  schedulingGates?: { name: string }[]
  schedulerName?: string
  restartPolicy?: string
  hostNetwork?: boolean
  hostAliases?: { ip?: string; hostnames?: string[] }[]
  readinessGates?: { conditionType: string }[]
  dnsPolicy?: string
  terminationGracePeriodSeconds?: number
  securityContext?: SecurityContext
}
export interface ContainerState {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: {
    exitCode: number
    signal?: number
    reason?: string
    message?: string
    startedAt?: string
    finishedAt?: string
  }
}
export interface ContainerStatus {
  name: string
  image?: string
  imageID?: string
  ready: boolean
  started?: boolean
  restartCount: number
  state?: ContainerState
  lastState?: ContainerState
}
export interface Pod extends KubernetesObject {
  kind: 'Pod'
  spec: PodSpec
  status?: {
    phase?: string
    reason?: string
    message?: string
    startTime?: string
    podIP?: string
    hostIP?: string
    qosClass?: string
    nominatedNodeName?: string
    conditions?: Condition[]
    containerStatuses?: ContainerStatus[]
    initContainerStatuses?: ContainerStatus[]
  }
}
export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec: PodSpec
}
export interface Deployment extends KubernetesObject {
  kind: 'Deployment'
  spec: {
    replicas?: number
    paused?: boolean
    selector: LabelSelector
    template: PodTemplate
    progressDeadlineSeconds?: number
    revisionHistoryLimit?: number
    minReadySeconds?: number
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } }
  }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    readyReplicas?: number
    availableReplicas?: number
    unavailableReplicas?: number
    conditions?: Condition[]
  }
}
export interface ReplicaSet extends KubernetesObject {
  kind: 'ReplicaSet'
  spec: { replicas?: number; selector: LabelSelector; template?: PodTemplate }
  status?: {
    replicas?: number
    readyReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
    conditions?: Condition[]
  }
}
export interface VolumeClaimTemplate {
  metadata: { name: string }
  spec: PersistentVolumeClaim['spec']
}
export interface StatefulSet extends KubernetesObject {
  kind: 'StatefulSet'
  spec: {
    replicas?: number
    serviceName?: string
    podManagementPolicy?: string
    selector: LabelSelector
    template: PodTemplate
    volumeClaimTemplates?: VolumeClaimTemplate[]
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
  }
  status?: {
    observedGeneration?: number
    replicas?: number
    readyReplicas?: number
    availableReplicas?: number
    currentReplicas?: number
    updatedReplicas?: number
    currentRevision?: string
    updateRevision?: string
    conditions?: Condition[]
  }
}
export interface DaemonSet extends KubernetesObject {
  kind: 'DaemonSet'
  spec: { selector: LabelSelector; template: PodTemplate; updateStrategy?: { type?: string } }
  status?: {
    observedGeneration?: number
    desiredNumberScheduled?: number
    currentNumberScheduled?: number
    numberReady?: number
    numberAvailable?: number
    numberUnavailable?: number
    numberMisscheduled?: number
    updatedNumberScheduled?: number
  }
}
export interface ControllerRevision extends KubernetesObject {
  kind: 'ControllerRevision'
  revision?: number
  data?: { spec?: { template?: PodTemplate } }
}
export interface Job extends KubernetesObject {
  kind: 'Job'
  spec: {
    suspend?: boolean
    backoffLimit?: number
    completions?: number
    parallelism?: number
    activeDeadlineSeconds?: number
    ttlSecondsAfterFinished?: number
    template: PodTemplate
    selector?: LabelSelector
  }
  status?: {
    active?: number
    ready?: number
    succeeded?: number
    failed?: number
    startTime?: string
    completionTime?: string
    conditions?: Condition[]
  }
}
export interface CronJob extends KubernetesObject {
  kind: 'CronJob'
  spec: {
    schedule: string
    timeZone?: string
    suspend?: boolean
    concurrencyPolicy?: string
    startingDeadlineSeconds?: number
    jobTemplate: { spec: Job['spec'] }
  }
  status?: { lastScheduleTime?: string; lastSuccessfulTime?: string; active?: { name?: string; uid?: string }[] }
}
export interface ServicePort {
  name?: string
  port: number
  targetPort?: number | string
  nodePort?: number
  protocol?: string
}
export interface Service extends KubernetesObject {
  kind: 'Service'
  spec: {
    type?: string
    clusterIP?: string
    clusterIPs?: string[]
    externalName?: string
    selector?: Record<string, string>
    ports?: ServicePort[]
    loadBalancerClass?: string
    publishNotReadyAddresses?: boolean
    externalTrafficPolicy?: string
    internalTrafficPolicy?: string
  }
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] }; conditions?: Condition[] }
}
export interface EndpointSlice extends KubernetesObject {
  kind: 'EndpointSlice'
  addressType?: string
  endpoints?: {
    addresses?: string[]
    conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean }
    targetRef?: { kind?: string; name?: string; namespace?: string; uid?: string }
    nodeName?: string
  }[]
  ports?: { name?: string; port?: number; protocol?: string }[]
}
/** Values are kept: they are configuration. They pass the redactor before they become evidence. */
export interface ConfigMap extends KubernetesObject {
  kind: 'ConfigMap'
  data?: Record<string, string>
  binaryData?: Record<string, string>
  immutable?: boolean
}
/** Names and keys only: values never enter the process beyond the adapter. */
export interface Secret extends KubernetesObject {
  kind: 'Secret'
  type?: string
  keys: string[]
}
export interface ServiceAccount extends KubernetesObject {
  kind: 'ServiceAccount'
  imagePullSecrets?: { name?: string }[]
}
export interface PersistentVolumeClaim extends KubernetesObject {
  kind: 'PersistentVolumeClaim'
  spec: {
    storageClassName?: string
    accessModes?: string[]
    volumeName?: string
    volumeMode?: string
    resources?: { requests?: Quantities }
    selector?: LabelSelector
  }
  status?: { phase?: string; capacity?: Quantities; conditions?: Condition[] }
}
export interface PersistentVolume extends KubernetesObject {
  kind: 'PersistentVolume'
  spec: {
    storageClassName?: string
    accessModes?: string[]
    capacity?: Quantities
    claimRef?: { namespace?: string; name?: string; uid?: string }
    nodeAffinity?: { required?: { nodeSelectorTerms?: NodeSelectorTerm[] } }
    persistentVolumeReclaimPolicy?: string
  }
  status?: { phase?: string; reason?: string; message?: string }
}
export interface StorageClass extends KubernetesObject {
  kind: 'StorageClass'
  provisioner?: string
  volumeBindingMode?: string
  reclaimPolicy?: string
}
export interface Node extends KubernetesObject {
  kind: 'Node'
  spec?: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string; timeAdded?: string }[] }
  status?: {
    capacity?: Quantities
    allocatable?: Quantities
    conditions?: Condition[]
    nodeInfo?: { architecture?: string; kubeletVersion?: string }
    /** What the node has pulled: the kubelet reports the largest 50 unless told otherwise. */
    images?: { names?: string[] }[]
  }
}
export interface Namespace extends KubernetesObject {
  kind: 'Namespace'
  spec?: { finalizers?: string[] }
  status?: { phase?: string; conditions?: Condition[] }
}
export interface PriorityClass extends KubernetesObject {
  kind: 'PriorityClass'
  value?: number
  globalDefault?: boolean
}
export interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } }
}
export interface Ingress extends KubernetesObject {
  kind: 'Ingress'
  spec?: {
    ingressClassName?: string
    defaultBackend?: IngressBackend
    rules?: { host?: string; http?: { paths?: { path?: string; pathType?: string; backend: IngressBackend }[] } }[]
    tls?: { hosts?: string[]; secretName?: string }[]
  }
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } }
}
export interface IngressClass extends KubernetesObject {
  kind: 'IngressClass'
  spec?: { controller?: string }
}
export interface NetworkPolicyPeer {
  podSelector?: LabelSelector
  namespaceSelector?: LabelSelector
  ipBlock?: { cidr: string; except?: string[] }
}
export interface NetworkPolicyPort {
  port?: number | string
  protocol?: string
  endPort?: number
}
export interface NetworkPolicy extends KubernetesObject {
  kind: 'NetworkPolicy'
  spec?: {
    podSelector?: LabelSelector
    policyTypes?: string[]
    ingress?: { from?: NetworkPolicyPeer[]; ports?: NetworkPolicyPort[] }[]
    egress?: { to?: NetworkPolicyPeer[]; ports?: NetworkPolicyPort[] }[]
  }
}
export interface HorizontalPodAutoscaler extends KubernetesObject {
  kind: 'HorizontalPodAutoscaler'
  spec: {
    minReplicas?: number
    maxReplicas: number
    scaleTargetRef: { apiVersion?: string; kind: string; name: string }
    metrics?: { type: string; resource?: { name: string } }[]
  }
  status?: { currentReplicas?: number; desiredReplicas?: number; conditions?: Condition[] }
}
export interface PodDisruptionBudget extends KubernetesObject {
  kind: 'PodDisruptionBudget'
  spec: { minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector }
  status?: {
    disruptionsAllowed?: number
    currentHealthy?: number
    desiredHealthy?: number
    expectedPods?: number
    conditions?: Condition[]
  }
}
export interface ResourceQuota extends KubernetesObject {
  kind: 'ResourceQuota'
  spec?: { hard?: Quantities }
  status?: { hard?: Quantities; used?: Quantities }
}
export interface LimitRange extends KubernetesObject {
  kind: 'LimitRange'
  spec?: {
    limits?: { type: string; max?: Quantities; min?: Quantities; default?: Quantities; defaultRequest?: Quantities }[]
  }
}
export interface WebhookConfiguration extends KubernetesObject {
  kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration'
  webhooks?: {
    name: string
    failurePolicy?: string
    timeoutSeconds?: number
    clientConfig?: { service?: { namespace: string; name: string; port?: number; path?: string }; url?: string }
  }[]
}
export interface Role extends KubernetesObject {
  kind: 'Role'
  rules?: { apiGroups?: string[]; resources?: string[]; verbs: string[]; resourceNames?: string[] }[]
}
export interface RoleBinding extends KubernetesObject {
  kind: 'RoleBinding'
  roleRef: { kind: string; name: string }
  subjects?: { kind: string; name: string; namespace?: string }[]
}

/* The Gateway API, as far as it is read: who serves a route, and where it leads. Looked for only where the cluster serves the group. */

export interface GatewayClass extends KubernetesObject {
  kind: 'GatewayClass'
  spec?: { controllerName?: string }
  status?: { conditions?: Condition[] }
}
export interface Gateway extends KubernetesObject {
  kind: 'Gateway'
  spec?: {
    gatewayClassName?: string
    listeners?: { name: string; port?: number; protocol?: string; hostname?: string }[]
  }
  status?: {
    addresses?: { value?: string }[]
    conditions?: Condition[]
    listeners?: { name: string; conditions?: Condition[] }[]
  }
}
export interface ParentReference {
  group?: string
  kind?: string
  namespace?: string
  name: string
  sectionName?: string
}
export interface RouteBackend {
  group?: string
  kind?: string
  namespace?: string
  name: string
  port?: number
  weight?: number
}
export interface HttpRoute extends KubernetesObject {
  kind: 'HTTPRoute'
  spec?: {
    hostnames?: string[]
    parentRefs?: ParentReference[]
    rules?: { matches?: { path?: { value?: string } }[]; backendRefs?: RouteBackend[] }[]
  }
  status?: { parents?: { parentRef: ParentReference; controllerName?: string; conditions?: Condition[] }[] }
}

/* Objects of the platform that are read one by one, and only where something of the incident points to them. */

/** The heartbeat of a kubelet lies in `kube-node-lease` under the name of its node. */
export interface Lease extends KubernetesObject {
  kind: 'Lease'
  spec?: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string }
}
/** Which node holds a volume, as the attach controller and the driver see it. */
export interface VolumeAttachment extends KubernetesObject {
  kind: 'VolumeAttachment'
  spec?: { attacher?: string; nodeName?: string; source?: { persistentVolumeName?: string } }
  status?: { attached?: boolean; attachError?: { message?: string }; detachError?: { message?: string } }
}
/** The storage drivers that have registered on a node. */
export interface CsiNode extends KubernetesObject {
  kind: 'CSINode'
  spec?: { drivers?: { name: string; allocatable?: { count?: number } }[] }
}
/** An API that is served by a Service of the cluster, such as that of the metrics. */
export interface ApiService extends KubernetesObject {
  kind: 'APIService'
  spec?: { group?: string; version?: string; service?: { namespace?: string; name?: string } }
  status?: { conditions?: Condition[] }
}

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
