import type { Condition, KubernetesObject, Quantities } from './objects.ts'

/*
 * Kubernetes types: nodes, namespaces, configuration, quotas, access and what serves the API. Leases and API services are read one by
 * one, and only where something of the incident points to them.
 */

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

export interface Node extends KubernetesObject {
  kind: 'Node'
  spec?: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string; timeAdded?: string }[] }
  status?: {
    capacity?: Quantities
    allocatable?: Quantities
    conditions?: Condition[]
    nodeInfo?: { architecture?: string; kubeletVersion?: string }
    /** What the node has pulled: the kubelet reports the largest 50 unless configured otherwise. */
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

/** The heartbeat of a kubelet lies in `kube-node-lease` under the name of its node. */
export interface Lease extends KubernetesObject {
  kind: 'Lease'
  spec?: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string }
}

/** An API that is served by a Service of the cluster, such as that of the metrics. */
export interface ApiService extends KubernetesObject {
  kind: 'APIService'
  spec?: { group?: string; version?: string; service?: { namespace?: string; name?: string } }
  status?: { conditions?: Condition[] }
}
