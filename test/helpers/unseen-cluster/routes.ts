import type { Gateway, GatewayClass, HttpRoute, Ingress } from '#src/domain/kubernetes/network.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'
import { ago, namespace, status } from '#test/helpers/build-cluster.ts'
import { clusterThing, condition, nodes, thing, web } from './parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const accepted = condition('Accepted', 'True', 'Accepted')

const edgeClass = (conditions: Condition[] = [accepted]): GatewayClass =>
  clusterThing<GatewayClass>('GatewayClass', 'edge', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    spec: { controllerName: 'gateway.acme.io/controller' },
    status: { conditions },
  })

const gateway = (change: Partial<Gateway> = {}, gatewayClassName = 'edge'): Gateway =>
  thing<Gateway>('Gateway', 'public', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    spec: { gatewayClassName, listeners: [{ name: 'https', port: 443, protocol: 'HTTPS' }] },
    status: {
      conditions: [accepted, condition('Programmed', 'True', 'Programmed')],
      listeners: [{ name: 'https', conditions: [condition('ResolvedRefs', 'True', 'ResolvedRefs')] }],
    },
    ...change,
  })

const served: HttpRoute['status'] = {
  parents: [
    { parentRef: { name: 'public' }, conditions: [accepted, condition('ResolvedRefs', 'True', 'ResolvedRefs')] },
  ],
}

const route = (backend: { name: string; port?: number; weight?: number }, change: object = {}): HttpRoute =>
  thing<HttpRoute>('HTTPRoute', 'shopfront', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    spec: {
      hostnames: ['shop.acme.test'],
      parentRefs: [{ name: 'public' }],
      rules: [{ matches: [{ path: { value: '/basket' } }], backendRefs: [backend] }],
    },
    status: served,
    ...change,
  })

const ingress = (name: string, service: string, age: number, annotations?: Record<string, string>): Ingress =>
  thing<Ingress>('Ingress', name, {
    apiVersion: 'networking.k8s.io/v1',
    metadata: { creationTimestamp: ago(age), annotations },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'shop.acme.test',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }],
          },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } },
  })
const nginx = clusterThing('IngressClass', 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } })

/** The web workload `basket`, unready, in the network of its node, with the address of a Service in its settings. */
const hosted = (dnsPolicy: string | undefined) => [
  ...nodes(),
  ...web('catalog'),
  ...web('basket', {
    spec: { hostNetwork: true, ...(dnsPolicy ? { dnsPolicy } : {}) },
    container: { env: [{ name: 'CATALOG_URL', value: 'http://catalog:80/' }] },
    pods: [{ statuses: [status('basket', { ready: false, state: { running: { startedAt: ago(700) } } })] }],
  }),
]

const unready = (name: string, value: string, more: object = {}) =>
  web(name, {
    container: { env: [{ name: 'CATALOG_URL', value }] },
    pods: [{ statuses: [status(name, { ready: false, state: { running: { startedAt: ago(700) } } })] }],
    ...more,
  })

/** The Gateway API, clashing ingresses, and names that lead nowhere. */
export const routeCases: UnseenCase[] = [
  {
    name: 'a route to a service that does not exist',
    objects: [...nodes(), ...web('basket'), edgeClass(), gateway(), route({ name: 'baskets', port: 80 })],
    roots: [{ at: 'HTTPRoute/shopfront', by: ['route_backend_missing'] }],
    words: ['shop.acme.test', 'baskets', 'not found'],
    action: { kinds: ['custom_instruction:patch_route'], target: 'HTTPRoute/shopfront' },
  },
  {
    name: 'a route to a port that the service lacks',
    objects: [...nodes(), ...web('basket'), edgeClass(), gateway(), route({ name: 'basket', port: 8081 })],
    roots: [{ at: 'HTTPRoute/shopfront', by: ['route_backend_missing'] }],
    words: ['8081', 'basket'],
  },
  {
    name: 'a gateway whose class does not exist',
    objects: [
      ...nodes(),
      ...web('basket'),
      gateway({ status: {} }, 'egde'),
      route({ name: 'basket', port: 80 }, { status: {} }),
    ],
    roots: [{ at: 'Gateway/public', by: ['gateway_class_missing'] }],
    words: ['egde'],
    action: { kinds: ['custom_instruction:patch_gateway'] },
  },
  {
    name: 'a class that no controller accepts',
    objects: [
      ...nodes(),
      ...web('basket'),
      edgeClass([condition('Accepted', 'Unknown', 'Waiting', 'Waiting for controller')]),
      gateway({ status: {} }),
    ],
    roots: [{ at: 'Gateway/public', by: ['gateway_class_missing'] }],
    words: ['edge', 'no controller'],
  },
  {
    name: 'a listener whose certificate does not exist',
    objects: [
      ...nodes(),
      ...web('basket'),
      edgeClass(),
      gateway({
        status: {
          conditions: [accepted, condition('Programmed', 'False', 'Invalid', 'one or more listeners are invalid')],
          listeners: [
            {
              name: 'https',
              conditions: [
                condition('ResolvedRefs', 'False', 'InvalidCertificateRef', 'Secret shop/edge-tls not found'),
              ],
            },
          ],
        },
      }),
      route({ name: 'basket', port: 80 }),
    ],
    roots: [{ at: 'Gateway/public', by: ['gateway_not_ready'] }],
    words: ['edge-tls', 'InvalidCertificateRef', 'https'],
    action: { kinds: ['escalate'], target: 'Gateway/public' },
  },
  {
    name: 'a route that its gateway does not take',
    objects: [
      ...nodes(),
      ...web('basket'),
      edgeClass(),
      gateway(),
      route(
        { name: 'basket', port: 80 },
        {
          status: {
            parents: [
              {
                parentRef: { name: 'public' },
                conditions: [
                  condition('Accepted', 'False', 'NoMatchingListenerHostname', 'no listener for the hostname'),
                ],
              },
            ],
          },
        },
      ),
    ],
    roots: [{ at: 'HTTPRoute/shopfront', by: ['route_not_accepted'] }],
    words: ['NoMatchingListenerHostname', 'public'],
  },
  {
    name: 'a route whose gateway does not exist',
    objects: [...nodes(), ...web('basket'), route({ name: 'basket', port: 80 }, { status: {} })],
    roots: [{ at: 'HTTPRoute/shopfront', by: ['route_not_accepted'] }],
    words: ['public', 'not found'],
  },
  {
    name: 'a healthy gateway with a route, one backend of weight 0 that is gone',
    objects: [...nodes(), ...web('basket'), edgeClass(), gateway(), route({ name: 'basket-old', port: 80, weight: 0 })],
    roots: [],
  },
  {
    name: 'two ingresses that claim one path',
    objects: [
      ...nodes(),
      ...web('basket'),
      ...web('catalog'),
      nginx,
      ingress('front', 'basket', 90_000),
      ingress('new-front', 'catalog', 600),
    ],
    roots: [{ at: 'Ingress/new-front', by: ['ingress_path_clash'] }],
    words: ['front', 'shop.acme.test/'],
    action: { kinds: ['custom_instruction:patch_ingress'] },
  },
  {
    name: 'a canary that shares the path of its ingress',
    objects: [
      ...nodes(),
      ...web('basket'),
      ...web('catalog'),
      nginx,
      ingress('front', 'basket', 90_000),
      ingress('canary', 'catalog', 600, { 'nginx.ingress.kubernetes.io/canary': 'true' }),
    ],
    roots: [],
  },
  {
    name: 'pods in the network of their node that ask for a service by name',
    objects: hosted(undefined),
    roots: [{ at: 'Deployment/basket', by: ['dns_policy_mismatch'] }],
    words: ['hostNetwork', 'ClusterFirst', 'catalog'],
    action: { kinds: ['custom_instruction:patch_dns_policy'] },
  },
  {
    name: 'settings that name a service of another spelling, told by nothing else',
    objects: [...nodes(), ...web('catalog'), ...unready('basket', 'http://catalogue:80/api')],
    roots: [{ at: 'Deployment/basket', by: ['service_name_unknown'] }],
    words: ['catalogue', 'CATALOG_URL', 'catalog'],
    action: { kinds: ['custom_instruction:correct_host'] },
  },
  {
    name: 'settings that name a service of another namespace that does not exist',
    objects: [
      ...nodes(),
      thing('Namespace', namespace, { metadata: { namespace: undefined } }),
      ...unready('basket', 'catalog.warehouse.svc.cluster.local:80'),
    ],
    roots: [{ at: 'Deployment/basket', by: ['service_name_unknown'] }],
    words: ['warehouse', 'CATALOG_URL'],
  },
]
