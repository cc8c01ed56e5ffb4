import type { Condition, KubernetesObject, LabelSelector } from './objects.ts'

/*
 * Kubernetes types: services, ingress, network policies and the Gateway API. The latter is read as far as it says who serves a route and
 * where the route leads, and only where the cluster serves the group.
 */

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
