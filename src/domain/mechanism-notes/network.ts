import type { MechanismNotes } from './mechanism-note.ts'

/** Services, names, routes and what programs say of their dependencies. */
export const networkNotes = {
  dependency_unreachable: {
    detected:
      'A failing container says that a dependency refuses, resets or does not answer; the Service behind the name or address is blamed.',
    from: [
      'log: `connection refused`, `ECONNREFUSED`, `i/o timeout`, `no route to host`, `waiting for HOST:PORT`, in the wording of many languages',
      'Service `.spec.clusterIP` and name',
      'Pod `.status.podIP`',
      'NetworkPolicies between both, where the call met silence',
    ],
    suggests: ['escalate'],
    limits:
      'Nothing is called: the state of what is blamed decides. A dependency outside the cluster cannot be judged, and a log that names no address gives little confidence.',
  },
  dns_name_unresolved: {
    detected:
      'A failing container, or a ready one again and again, says that a name does not resolve; where the name is that of an ExternalName Service, the host that it stands for is at fault. Where the name server gives no answer, or does not know a Service that is there, what stands behind it is looked at: it is the root if it is unwell.',
    from: [
      'log: `no such host`, `ENOTFOUND`, `EAI_AGAIN`, `server misbehaving`, `Name or service not known`, `UnknownHostException`, `host not found in upstream`',
      'the list of Services, Service `.spec.externalName`',
      '.spec.containers[].env, command, args and ConfigMaps: where the name is written',
    ],
    suggests: ['set_env', 'patch_configmap', 'set_command', 'escalate', 'custom_instruction'],
    limits:
      'No name is resolved here. A near Service is taken for the one that was meant only where there is exactly one. A name with a public suffix counts as outside the cluster. The name server is found as Service kube-dns of kube-system, whatever program stands behind it; a cluster that names it otherwise is told to check its DNS.',
  },
  service_without_endpoints: {
    detected:
      'A Service has no ready pod behind it, after 20 seconds; without a selector, it has no endpoint addresses.',
    from: [
      'Service `.spec.selector`',
      'Ready condition and labels of pods',
      'EndpointSlices of Services without a selector',
    ],
    suggests: [],
    limits: 'Not said of Services of jobs, of workloads that are meant to rest, and where the pods may not be read.',
  },
  service_selector_mismatch: {
    detected: 'A Service selects labels that no pod and no template bears, and one workload comes close.',
    from: ['Service `.spec.selector` and name', '.spec.template.metadata.labels of the workloads of the namespace'],
    suggests: ['patch_service'],
    limits: 'Where no workload or more than one comes close, only service_without_endpoints is said.',
  },
  service_selects_foreign_pods: {
    detected:
      'A Service also selects pods of another workload that declare ports, but none that it sends to; or that declare none at all, where a caller is refused.',
    from: ['Service `.spec.selector` and `.spec.ports`', 'labels and declared ports of pods'],
    suggests: ['patch_service'],
    limits: 'Foreign pods that declare the same port cannot be told from a canary.',
  },
  service_port_mismatch: {
    detected: 'A port of a Service leads to a port name or number that none of its pods declares.',
    from: ['Service `.spec.ports[].targetPort`', '.spec.containers[].ports'],
    suggests: ['patch_service'],
    limits:
      'A container may listen on a port that it does not declare: a number is less sure than a name, and pods that declare no port are not judged by number.',
  },
  service_missing: {
    detected:
      'A container calls or waits for a Service that does not exist; or the governing Service of a StatefulSet does not.',
    from: [
      '.spec.initContainers[].command, args and env',
      'log: the host that is called or waited for',
      'StatefulSet `.spec.serviceName`',
      'the list of Services',
    ],
    suggests: ['set_env', 'patch_configmap', 'set_command', 'custom_instruction', 'escalate'],
    limits:
      'Where the Services of a namespace may not be read, absence is not proved and confidence is lower. The governing Service matters only where the set uses the names.',
  },
  ingress_backend_missing: {
    detected: 'An Ingress names a Service that is proved absent, or a port that the Service does not have.',
    from: ['Ingress `.spec.rules` and `.spec.defaultBackend`', 'Service `.spec.ports`'],
    suggests: ['custom_instruction'],
    limits: 'Backends that are no Services are not judged; nor are gateways and routes of the Gateway API.',
  },
  ingress_class_missing: {
    detected: 'An Ingress without an address names a class that does not exist, or none while there is no default.',
    from: ['Ingress `.spec.ingressClassName`, annotations and `.status`', 'the list of IngressClasses'],
    suggests: ['custom_instruction'],
    limits: 'Whether the controller of an existing class runs is not judged.',
  },
  ingress_tls_missing: {
    detected: 'The TLS Secret of an Ingress is proved absent.',
    from: ['Ingress `.spec.tls[].secretName`', 'the list of Secrets (names)'],
    suggests: ['custom_instruction'],
    limits: 'Content and expiry of certificates are not seen.',
  },
  load_balancer_pending: {
    detected: 'A Service of type LoadBalancer has had no address for two minutes.',
    from: ['Service `.status.loadBalancer`', 'event `SyncLoadBalancerFailed` and its like'],
    suggests: ['custom_instruction', 'escalate'],
    limits: 'Where no controller runs, nothing reports it: then only its absence is supposed.',
  },
  network_policy_blocks: {
    detected:
      'A workload needs a path that no policy rule allows: to a Service that its settings name and that has ready pods, or to DNS. It has no ready pod, or its log goes on complaining about that path.',
    from: [
      'NetworkPolicy `.spec`',
      '.spec.containers[].env and ConfigMaps: the Services that are named',
      'labels and ports of the pods on both ends',
    ],
    suggests: ['custom_instruction'],
    limits:
      'Whether the network plugin enforces policies is not known. Address blocks get the benefit of the doubt, policies of other kinds (Cilium, Calico) are not read.',
  },
  service_no_local_endpoint: {
    detected:
      'A Service has ready pods, but its policy keeps traffic on the node where it arrives: callers that are not ready, or that go on complaining, run where none of them does, or all of them run on nodes that are taken out of load balancers.',
    from: [
      'Service `.spec.internalTrafficPolicy` and `.spec.externalTrafficPolicy`',
      'nodes of its ready pods and of its callers',
      '.spec.containers[].env and ConfigMaps: the Services that a caller names',
      'Node label `node.kubernetes.io/exclude-from-external-load-balancers`',
    ],
    suggests: ['custom_instruction'],
    limits: 'To which nodes a load balancer really sends is not seen.',
  },
  ingress_path_clash: {
    detected: 'Two Ingresses of one class claim the same host, path and path type for different Services.',
    from: ['Ingress `.spec.rules`, class and creation time', 'annotations that make one of them a canary'],
    suggests: ['custom_instruction'],
    limits:
      'Only Ingresses of the same namespace are compared. Which of them wins is up to the controller: low severity.',
  },
  gateway_class_missing: {
    detected: 'The GatewayClass of a Gateway does not exist, or no controller accepts it.',
    from: ['Gateway `.spec.gatewayClassName`', 'the GatewayClass of that name and its condition Accepted'],
    suggests: ['custom_instruction'],
    limits: 'Looked for only where the cluster serves the Gateway API; without it there is nothing to find.',
  },
  gateway_not_ready: {
    detected:
      'A Gateway older than two minutes, or one of its listeners, reports Accepted, Programmed or ResolvedRefs False.',
    from: ['Gateway `.status.conditions` and `.status.listeners[].conditions`'],
    suggests: ['escalate'],
    limits: 'Gateways of other namespaces are read only where a route of the namespace names them.',
  },
  route_backend_missing: {
    detected: 'An HTTPRoute names a Service that is proved absent, or a port that the Service does not have.',
    from: ['HTTPRoute `.spec.rules[].backendRefs`', 'Service `.spec.ports`'],
    suggests: ['custom_instruction'],
    limits: 'Routes of other kinds (gRPC, TLS, TCP) and backends that are no Services are not judged.',
  },
  route_not_accepted: {
    detected: 'The Gateway of an HTTPRoute does not exist, or reports Accepted or ResolvedRefs False of it.',
    from: ['HTTPRoute `.spec.parentRefs` and `.status.parents`', 'the Gateway of that name'],
    suggests: ['custom_instruction'],
    limits: 'Grants between namespaces are not read; the words of the controller tell of them.',
  },
  dns_policy_mismatch: {
    detected:
      'A workload without any ready pod runs with hostNetwork and the dnsPolicy ClusterFirst, and its settings name a Service.',
    from: ['`.spec.template.spec` hostNetwork and dnsPolicy', '`.spec.containers[].env` and ConfigMaps'],
    suggests: ['custom_instruction'],
    limits: 'A node whose name server knows the names of the cluster is rare and cannot be told apart.',
  },
} as const satisfies MechanismNotes
