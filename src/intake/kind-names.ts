/* Words that people and forwarders use for kinds, all lower-case, and the Kind that is meant. */

const kinds: Record<string, string> = {
  Pod: 'pod pods po',
  Deployment: 'deployment deployments deploy',
  ReplicaSet: 'replicaset replicasets rs',
  ReplicationController: 'replicationcontroller replicationcontrollers rc',
  StatefulSet: 'statefulset statefulsets sts',
  DaemonSet: 'daemonset daemonsets ds',
  Job: 'job jobs',
  CronJob: 'cronjob cronjobs cj',
  Service: 'service services svc',
  Endpoints: 'endpoints ep',
  EndpointSlice: 'endpointslice endpointslices',
  Ingress: 'ingress ingresses ing',
  NetworkPolicy: 'networkpolicy networkpolicies netpol',
  ConfigMap: 'configmap configmaps cm',
  Secret: 'secret secrets',
  ServiceAccount: 'serviceaccount serviceaccounts sa',
  PersistentVolumeClaim: 'persistentvolumeclaim persistentvolumeclaims pvc',
  PersistentVolume: 'persistentvolume persistentvolumes pv',
  StorageClass: 'storageclass storageclasses sc',
  HorizontalPodAutoscaler: 'horizontalpodautoscaler horizontalpodautoscalers hpa',
  PodDisruptionBudget: 'poddisruptionbudget poddisruptionbudgets pdb',
  ResourceQuota: 'resourcequota resourcequotas quota',
  LimitRange: 'limitrange limitranges limits',
  Role: 'role roles',
  RoleBinding: 'rolebinding rolebindings',
  ClusterRole: 'clusterrole clusterroles',
  ClusterRoleBinding: 'clusterrolebinding clusterrolebindings',
  Namespace: 'namespace namespaces ns',
  Node: 'node nodes no',
  PriorityClass: 'priorityclass priorityclasses pc',
  IngressClass: 'ingressclass ingressclasses',
  RuntimeClass: 'runtimeclass runtimeclasses',
  VolumeAttachment: 'volumeattachment volumeattachments',
  CSIDriver: 'csidriver csidrivers',
  CSINode: 'csinode csinodes',
  CustomResourceDefinition: 'customresourcedefinition customresourcedefinitions crd crds',
  APIService: 'apiservice apiservices',
  ValidatingWebhookConfiguration: 'validatingwebhookconfiguration validatingwebhookconfigurations',
  MutatingWebhookConfiguration: 'mutatingwebhookconfiguration mutatingwebhookconfigurations',
}

const byWord = new Map(
  Object.entries(kinds).flatMap(([kind, words]) => words.split(' ').map((word): [string, string] => [word, kind])),
)

/** The Kind behind a word (`deploy`, `pods`, `deployments.apps`); undefined for what is no word for a kind and no Kind. */
export function kindOf(word: string): string | undefined {
  const plain = word.split('.', 1)[0] ?? word
  return byWord.get(plain.toLowerCase()) ?? (/^[A-Z][A-Za-z0-9]{0,62}$/.test(word) ? word : undefined)
}

/** RBAC names may hold colons and capitals (`system:node`); all others are DNS-1123 subdomains. */
const freelyNamed = new Set(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'])
const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'
const subdomain = new RegExp(`^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$`)
const pathSegment = /^(?!\.{1,2}$)[^/%\s\p{Cc}]+$/u

/** Is this a valid name of a namespace? */
export function isNamespaceName(name: string): boolean {
  return new RegExp(`^${label}$`).test(name)
}

/** Is this a valid name of an object of the kind? */
export function isObjectName(kind: string | undefined, name: string): boolean {
  if (name.length > 253) return false
  if (kind === 'Namespace') return isNamespaceName(name)
  return (kind && freelyNamed.has(kind) ? pathSegment : subdomain).test(name)
}
