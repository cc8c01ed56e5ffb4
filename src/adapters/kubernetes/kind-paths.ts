import type { ObservedKind } from '#src/domain/kubernetes/observed-kinds.ts'

/** Where the API serves a kind. */
export interface KindPath {
  api_version: string
  plural: string
  namespaced: boolean
}

const inNamespace = (api_version: string, plural: string): KindPath => ({ api_version, plural, namespaced: true })
const inCluster = (api_version: string, plural: string): KindPath => ({ api_version, plural, namespaced: false })

/** Every observed kind and its place in the API: the one table that reads use. */
export const kindPaths: Record<ObservedKind, KindPath> = {
  Pod: inNamespace('v1', 'pods'),
  Deployment: inNamespace('apps/v1', 'deployments'),
  ReplicaSet: inNamespace('apps/v1', 'replicasets'),
  StatefulSet: inNamespace('apps/v1', 'statefulsets'),
  DaemonSet: inNamespace('apps/v1', 'daemonsets'),
  ControllerRevision: inNamespace('apps/v1', 'controllerrevisions'),
  Job: inNamespace('batch/v1', 'jobs'),
  CronJob: inNamespace('batch/v1', 'cronjobs'),
  Service: inNamespace('v1', 'services'),
  EndpointSlice: inNamespace('discovery.k8s.io/v1', 'endpointslices'),
  ConfigMap: inNamespace('v1', 'configmaps'),
  Secret: inNamespace('v1', 'secrets'),
  ServiceAccount: inNamespace('v1', 'serviceaccounts'),
  PersistentVolumeClaim: inNamespace('v1', 'persistentvolumeclaims'),
  PersistentVolume: inCluster('v1', 'persistentvolumes'),
  StorageClass: inCluster('storage.k8s.io/v1', 'storageclasses'),
  Node: inCluster('v1', 'nodes'),
  Namespace: inCluster('v1', 'namespaces'),
  PriorityClass: inCluster('scheduling.k8s.io/v1', 'priorityclasses'),
  Ingress: inNamespace('networking.k8s.io/v1', 'ingresses'),
  IngressClass: inCluster('networking.k8s.io/v1', 'ingressclasses'),
  NetworkPolicy: inNamespace('networking.k8s.io/v1', 'networkpolicies'),
  HorizontalPodAutoscaler: inNamespace('autoscaling/v2', 'horizontalpodautoscalers'),
  PodDisruptionBudget: inNamespace('policy/v1', 'poddisruptionbudgets'),
  ResourceQuota: inNamespace('v1', 'resourcequotas'),
  LimitRange: inNamespace('v1', 'limitranges'),
  ValidatingWebhookConfiguration: inCluster('admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations'),
  MutatingWebhookConfiguration: inCluster('admissionregistration.k8s.io/v1', 'mutatingwebhookconfigurations'),
  Role: inNamespace('rbac.authorization.k8s.io/v1', 'roles'),
  RoleBinding: inNamespace('rbac.authorization.k8s.io/v1', 'rolebindings'),
  Gateway: inNamespace('gateway.networking.k8s.io/v1', 'gateways'),
  GatewayClass: inCluster('gateway.networking.k8s.io/v1', 'gatewayclasses'),
  HTTPRoute: inNamespace('gateway.networking.k8s.io/v1', 'httproutes'),
  Lease: inNamespace('coordination.k8s.io/v1', 'leases'),
  VolumeAttachment: inCluster('storage.k8s.io/v1', 'volumeattachments'),
  CSINode: inCluster('storage.k8s.io/v1', 'csinodes'),
  APIService: inCluster('apiregistration.k8s.io/v1', 'apiservices'),
}

/** The path of a collection, or of one object of it. Every part that comes from outside is encoded. */
export function resourcePath(path: KindPath, namespace?: string, name?: string): string {
  const root = path.api_version.includes('/') ? `/apis/${path.api_version}` : `/api/${path.api_version}`
  const scope = path.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${path.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}
