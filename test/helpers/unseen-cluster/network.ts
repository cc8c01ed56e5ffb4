import type { Secret } from '#src/domain/kubernetes/cluster.ts'
import type { EndpointSlice, Ingress, NetworkPolicy, Service } from '#src/domain/kubernetes/network.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { ago, status, waiting } from '#test/helpers/build-cluster.ts'
import { clusterThing, nodes, pick, serviceFor, thing, web } from './parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const behind = (name: string, change: Partial<Service['spec']>, service: Partial<UnseenCase>): UnseenCase => ({
  name: '',
  objects: [...nodes(), ...web(name, { replicas: 2, service: change })],
  roots: [],
  ...service,
})

function ingress(name: string, spec: Ingress['spec'], more: object = {}): Ingress {
  return thing<Ingress>('Ingress', name, {
    apiVersion: 'networking.k8s.io/v1',
    spec,
    status: { loadBalancer: {} },
    ...more,
  })
}

const route = (host: string, service: string, port: { number?: number; name?: string }): Ingress['spec'] => ({
  ingressClassName: 'nginx',
  rules: [
    { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port } } }] } },
  ],
})

const nginx = clusterThing('IngressClass', 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } })
const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy =>
  thing<NetworkPolicy>('NetworkPolicy', name, { apiVersion: 'networking.k8s.io/v1', spec })

/** A client that crashes for a dependency whose pods are well, and the log that says how the call ended. */
function client(name: string, url: string, line: string, state: 'crash' | 'unready' | 'ready' = 'crash') {
  const crash = status(name, {
    ready: false,
    restartCount: 5,
    state: waiting(name, 'CrashLoopBackOff').state,
    lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(95), finishedAt: ago(60) } },
  })
  const unready = status(name, { ready: false, state: { running: { startedAt: ago(800) } } })
  const pods = state === 'ready' ? [{}] : [{ statuses: [state === 'crash' ? crash : unready] }]
  const objects = web(name, { container: { env: [{ name: 'DATABASE_URL', value: url }] }, pods })
  const pod = pick(objects, 'Pod').metadata.name
  const text = `2026-03-04T11:58:00Z INFO starting ${name}\n${line}`
  return { objects, logs: { [`${pod}/${name}`]: text, [`${pod}/${name}/previous`]: text } }
}

const database = (): KubernetesObject[] =>
  web('orders-db', {
    container: { ports: [{ name: 'pg', containerPort: 5432 }] },
    service: { clusterIP: '10.96.7.7', ports: [{ port: 5432, targetPort: 5432 }] },
  })

function policyCase(state: 'crash' | 'unready', line: string, name: string): UnseenCase {
  const { objects, logs } = client('checkout', 'postgres://orders-db:5432/orders', line, state)
  return {
    name,
    objects: [
      ...nodes(),
      ...objects,
      ...database(),
      policy('default-deny', { podSelector: {}, policyTypes: ['Ingress'] }),
      policy('allow-http', {
        podSelector: { matchLabels: { app: 'checkout' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 8080 }] }],
      }),
    ],
    logs,
    roots: [{ at: 'NetworkPolicy/default-deny', by: ['network_policy_blocks'] }],
    words: ['default-deny', 'orders-db', '5432'],
    action: { kinds: ['custom_instruction:patch_network_policy', 'escalate'] },
  }
}

const mute = (() => {
  const { objects, logs } = client(
    'checkout',
    'postgres://orders-db:5432/orders',
    '2026-03-04T11:58:01Z ERROR dial tcp: lookup orders-db on 10.96.0.10:53: read udp 10.1.2.3:41822->10.96.0.10:53: i/o timeout',
  )
  return {
    name: 'an egress policy without DNS',
    objects: [
      ...nodes(),
      ...objects,
      ...database(),
      policy('egress-lockdown', {
        podSelector: { matchLabels: { app: 'checkout' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: { matchLabels: { app: 'orders-db' } } }], ports: [{ port: 5432 }] }],
      }),
    ],
    logs,
    roots: [{ at: 'NetworkPolicy/egress-lockdown', by: ['network_policy_blocks' as const] }],
    words: ['egress-lockdown', 'DNS', '53'],
    action: { kinds: ['custom_instruction:patch_network_policy' as const, 'escalate' as const] },
  } satisfies UnseenCase
})()

const wide = (): KubernetesObject[] => {
  const own = web('catalog', {
    replicas: 2,
    labels: { app: 'catalog', tier: 'web' },
    service: { selector: { tier: 'web' } },
  })
  const other = web('metrics-exporter', {
    labels: { app: 'metrics-exporter', tier: 'web' },
    container: { ports: [{ name: 'metrics', containerPort: 9100 }], readinessProbe: undefined },
    service: false,
  })
  return [...own, ...other]
}

function deadTarget(): UnseenCase {
  const { objects, logs } = client(
    'frontend',
    'http://catalog:80/',
    '2026-03-04T11:58:01Z ERROR connect ECONNREFUSED 10.96.5.5:80',
    'unready',
  )
  return {
    name: 'a client that is refused because the service sends to a wrong port',
    objects: [
      ...nodes(),
      ...objects,
      ...web('catalog', { service: { clusterIP: '10.96.5.5', ports: [{ name: 'http', port: 80, targetPort: 9090 }] } }),
    ],
    logs,
    roots: [{ at: 'Service/catalog', by: ['service_port_mismatch'] }],
    words: ['9090', '8080', 'targetPort'],
    action: { kinds: ['patch_service'], target: 'Service/catalog' },
  }
}

function headless(): KubernetesObject[] {
  return [
    serviceFor('peers', { app: 'gossip' }, { clusterIP: 'None', ports: [] }),
    ...web('gossip', { service: false }),
  ]
}

const slice = (service: string, endpoints: EndpointSlice['endpoints']): EndpointSlice =>
  thing<EndpointSlice>('EndpointSlice', `${service}-abc`, {
    metadata: { labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints,
    ports: [{ port: 5432 }],
  })

const tlsRoute: Ingress['spec'] = {
  ...route('pay.example.com', 'pay', { number: 80 }),
  tls: [{ hosts: ['pay.example.com'], secretName: 'pay-tls' }],
}

/** Services, ingresses and policies that lead nowhere, and some that are as they should be. */
export const networkCases: UnseenCase[] = [
  behind(
    'catalog',
    { ports: [{ name: 'http', port: 80, targetPort: 8081 }] },
    {
      name: 'a service with a wrong target port number',
      roots: [{ at: 'Service/catalog', by: ['service_port_mismatch'] }],
      words: ['8081', '8080', 'targetPort'],
      action: { kinds: ['patch_service'], target: 'Service/catalog' },
    },
  ),
  behind(
    'catalog',
    { ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
    {
      name: 'a service with a target port name that no container has',
      roots: [{ at: 'Service/catalog', by: ['service_port_mismatch'] }],
      words: ['web', 'targetPort', '8080'],
      action: { kinds: ['patch_service'], target: 'Service/catalog' },
    },
  ),
  behind(
    'catalog',
    { selector: { app: 'catalogue' } },
    {
      name: 'a service whose selector has a slip',
      roots: [{ at: 'Service/catalog', by: ['service_selector_mismatch'] }],
      words: ['catalogue', 'catalog', 'selector'],
      action: { kinds: ['patch_service'], target: 'Service/catalog' },
    },
  ),
  {
    name: 'a service that also selects pods of another workload',
    objects: [...nodes(), ...wide()],
    roots: [{ at: 'Service/catalog', by: ['service_selects_foreign_pods'] }],
    words: ['metrics-exporter', 'tier=web'],
    action: { kinds: ['patch_service'], target: 'Service/catalog' },
  },
  deadTarget(),
  {
    name: 'a service without selector and without endpoints that a client needs',
    ...(() => {
      const { objects, logs } = client(
        'api',
        'postgres://legacy-db:5432/main',
        '2026-03-04T11:58:01Z FATAL dial tcp 10.96.8.8:5432: connect: connection refused',
      )
      return {
        objects: [
          ...nodes(),
          ...objects,
          thing<Service>('Service', 'legacy-db', { spec: { clusterIP: '10.96.8.8', ports: [{ port: 5432 }] } }),
        ],
        logs,
      }
    })(),
    roots: [{ at: 'Service/legacy-db', by: ['service_without_endpoints'] }],
    words: ['legacy-db', 'endpoints'],
  },
  {
    name: 'an ingress to a service that does not exist',
    objects: [
      ...nodes(),
      nginx,
      ...web('shop-front'),
      ingress('site', route('shop.example.com', 'shop-frnt', { number: 80 })),
    ],
    roots: [{ at: 'Ingress/site', by: ['ingress_backend_missing'] }],
    words: ['shop-frnt', 'not found'],
    action: { kinds: ['custom_instruction:patch_ingress'], target: 'Ingress/site' },
  },
  {
    name: 'an ingress to a port that the service does not have',
    objects: [
      ...nodes(),
      nginx,
      ...web('shop-front'),
      ingress('site', route('shop.example.com', 'shop-front', { number: 8080 })),
    ],
    roots: [{ at: 'Ingress/site', by: ['ingress_backend_missing'] }],
    words: ['8080', '80', 'shop-front'],
    action: { kinds: ['custom_instruction:patch_ingress'] },
  },
  {
    name: 'an ingress of a class that does not exist',
    objects: [
      ...nodes(),
      nginx,
      ...web('shop-front'),
      ingress('site', { ...route('shop.example.com', 'shop-front', { number: 80 }), ingressClassName: 'ngnix' }),
    ],
    roots: [{ at: 'Ingress/site', by: ['ingress_class_missing'] }],
    words: ['ngnix', 'nginx'],
    action: { kinds: ['custom_instruction:patch_ingress'] },
  },
  {
    name: 'an ingress whose TLS secret does not exist',
    objects: [
      ...nodes(),
      nginx,
      ...web('pay'),
      ingress('pay', tlsRoute, { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }),
    ],
    roots: [{ at: 'Ingress/pay', by: ['ingress_tls_missing'] }],
    words: ['pay-tls', 'TLS'],
    action: { kinds: ['custom_instruction:create_secret', 'escalate'], target: 'Secret/pay-tls' },
  },
  policyCase(
    'crash',
    '2026-03-04T11:58:01Z FATAL dial tcp 10.96.7.7:5432: i/o timeout',
    'a default deny that cuts a client from its database, told by a timeout',
  ),
  policyCase(
    'crash',
    '2026-03-04T11:58:01Z FATAL could not connect to server: Connection refused. Is the server running on host "orders-db" (10.96.7.7) and accepting TCP/IP connections on port 5432?',
    'a default deny that cuts a client from its database, told by a refusal',
  ),
  policyCase(
    'unready',
    '2026-03-04T11:58:01Z WARN orders-db:5432 unreachable: connection timed out, retrying in 5s',
    'a default deny that keeps a client from becoming ready',
  ),
  mute,
  {
    name: 'a load balancer that never gets an address',
    objects: [...nodes(), ...web('public-site', { service: { type: 'LoadBalancer' } })],
    roots: [{ at: 'Service/public-site', by: ['load_balancer_pending'] }],
    words: ['LoadBalancer'],
    action: { kinds: ['custom_instruction:install_addon', 'escalate'] },
  },
  {
    name: 'headless services, an ExternalName, endpoints by hand and policies that let through what is needed',
    objects: [
      ...nodes(),
      nginx,
      ...headless(),
      thing<Service>('Service', 'mail', { spec: { type: 'ExternalName', externalName: 'smtp.example.com' } }),
      thing<Service>('Service', 'mainframe', { spec: { clusterIP: '10.96.4.4', ports: [{ port: 5432 }] } }),
      slice('mainframe', [{ addresses: ['192.0.2.9'], conditions: { ready: true } }]),
      ...database(),
      ...client('checkout', 'postgres://orders-db:5432/orders', '2026-03-04T11:58:01Z INFO ready', 'ready').objects,
      policy('default-deny', { podSelector: {}, policyTypes: ['Ingress'] }),
      policy('db-from-checkout', {
        podSelector: { matchLabels: { app: 'orders-db' } },
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'checkout' } } }], ports: [{ port: 5432 }] }],
      }),
      ingress(
        'site',
        {
          ...route('shop.example.com', 'checkout', { name: 'http' }),
          tls: [{ hosts: ['shop.example.com'], secretName: 'site-tls' }],
        },
        { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } },
      ),
      thing<Secret>('Secret', 'site-tls', { type: 'kubernetes.io/tls', keys: ['tls.crt', 'tls.key'] }),
    ],
    roots: [],
  },
  {
    name: 'a service whose container declares no port',
    objects: [...nodes(), ...web('quiet', { container: { ports: [] } })],
    roots: [],
  },
]
