/*
 * Our own minimal Kubernetes types: plain JSON as the API server sends it, times as ISO strings, only the fields that are used.
 * Everything but identity is optional, for a recording, an old server or a narrow role may leave it out. Here: what all objects share,
 * and pods with their containers, which most other kinds embed as a template.
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
