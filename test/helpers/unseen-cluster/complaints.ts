import type { NetworkPolicy, Service } from '#src/domain/kubernetes/network.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { ago, crashLoop, event } from '#test/helpers/build-cluster.ts'
import { app, nodeName, nodes, pending, podOf, type PodChange, thing, web, type WebOptions } from './parts.ts'
import { cron } from './run-parts.ts'
import type { UnseenCase } from './unseen-case.ts'

/** The same line again and again until seconds ago: at these seconds before the picture. */
const goingOn = [200, 150, 100, 60, 15]

function complaining(name: string, line: string, options: WebOptions = {}, when = goingOn) {
  const objects = web(name, options)
  const pods = objects.filter((object) => object.kind === 'Pod')
  const text = when.map((seconds) => `${ago(seconds)} ERROR ${line}`).join('\n')
  return { objects, logs: Object.fromEntries(pods.map((pod) => [`${pod.metadata.name}/${name}`, text])) }
}

const env = (key: string, value: string): WebOptions => ({ container: { env: [{ name: key, value }] } })
const store = (change: Partial<Service['spec']> = {}, options: WebOptions = {}): KubernetesObject[] =>
  web('rates', { service: { clusterIP: '10.96.3.3', ports: [{ port: 80, targetPort: 8080 }], ...change }, ...options })

function caseOf(
  name: string,
  around: KubernetesObject[],
  told: ReturnType<typeof complaining>,
  wanted: Pick<UnseenCase, 'roots' | 'words' | 'action'>,
): UnseenCase {
  return { name, objects: [...nodes(), ...around, ...told.objects], logs: told.logs, ...wanted }
}

const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy =>
  thing<NetworkPolicy>('NetworkPolicy', name, { apiVersion: 'networking.k8s.io/v1', spec })
const refused = 'GET http://rates/v1 failed: dial tcp 10.96.3.3:80: connect: connection refused'
const silent = 'GET http://rates/v1 failed: dial tcp 10.96.3.3:80: i/o timeout'
const caller = env('RATES_URL', 'http://rates')
const shared = { labels: { app: 'rates', tier: 'back' } }
const alias = (host: string): Service =>
  thing<Service>('Service', 'ledger', { spec: { type: 'ExternalName', externalName: host } })
const unresolved = 'query failed: dial tcp: lookup ledger on 10.96.0.10:53: no such host'

/** Peers that are ready one by one and never find each other. */
function peers(): UnseenCase {
  const labels = { app: 'ring' }
  const containers = [app('ring')]
  const set = thing<StatefulSet>('StatefulSet', 'ring', {
    apiVersion: 'apps/v1',
    spec: {
      replicas: 2,
      serviceName: 'ring-peers',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
    status: { replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2 },
  })
  const pods = [0, 1].map((index) => podOf(set, index, { labels, containers, age: 900 }, {}))
  const line = 'cannot join: lookup ring-0.ring-peers on 10.96.0.10:53: no such host'
  const text = goingOn.map((seconds) => `${ago(seconds)} WARN ${line}`).join('\n')
  return {
    name: 'ready peers of a stateful set whose governing service was never made',
    objects: [...nodes(), set, ...pods, ...web('ring-ui')],
    logs: Object.fromEntries(pods.map((pod) => [`${pod.metadata.name}/ring`, text])),
    roots: [{ at: 'StatefulSet/ring', by: ['service_missing'] }],
    words: ['ring-peers'],
    action: { kinds: ['custom_instruction:create_service'], target: 'Service/ring-peers' },
  }
}

function refusedJobs(): UnseenCase {
  const parent = cron(
    'sync',
    { schedule: '*/5 * * * *' },
    { lastScheduleTime: ago(1_500), lastSuccessfulTime: ago(1_490) },
  )
  const words =
    'Error creating job: jobs.batch "sync-1" is forbidden: exceeded quota: objects, requested: count/jobs.batch=1, used: count/jobs.batch=3, limited: count/jobs.batch=3'
  return {
    name: 'a cron job whose Jobs a quota refuses',
    objects: [...nodes(), parent],
    events: [event(parent, 'FailedCreate', words, { count: 40 })],
    roots: [{ at: 'CronJob/sync', by: ['quota_exceeded'] }],
    words: ['objects', 'count/jobs.batch', 'Jobs'],
    action: { kinds: ['custom_instruction:patch_quota'], target: 'ResourceQuota/objects' },
  }
}

/** A fault of its own beside a louder one that has nothing to do with it. */
function quietBeside(): UnseenCase {
  const told = complaining(
    'operator',
    'configmaps is forbidden: User "system:serviceaccount:shop:operator" cannot update resource "configmaps" in API group "" in the namespace "shop"',
  )
  const waiting = pending("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.")
  const render = web('render', {
    spec: { nodeSelector: { pool: 'render' } },
    pods: [{ status: waiting.status, spec: waiting.spec }],
  })
  return {
    name: 'a ready operator without a verb beside pods that no node takes',
    objects: [...nodes(), ...render, ...told.objects],
    logs: told.logs,
    roots: [
      { at: 'Deployment/render', by: ['node_selector_mismatch'] },
      { at: 'Deployment/operator', by: ['rbac_forbidden'] },
    ],
    words: ['pool=render', 'configmaps'],
  }
}

/** A client and its server both tell of the refused password: it is the client's to put right. */
function refusedClient(): UnseenCase {
  const server = complaining('ledger-db', 'password authentication failed for user "writer"', {
    container: { ports: [{ containerPort: 5432 }] },
  })
  const client = complaining(
    'writer',
    'insert failed: pq: password authentication failed for user "writer"',
    env('DB_HOST', 'ledger-db'),
  )
  return {
    name: 'a refused password that client and server both tell of',
    objects: [...nodes(), ...server.objects, ...client.objects],
    logs: { ...server.logs, ...client.logs },
    roots: [{ at: 'Deployment/writer', by: ['authentication_failed'] }],
    words: ['writer'],
  }
}

/** The name server of the cluster: a Deployment and a Service of another namespace. */
function nameServer(options: WebOptions): KubernetesObject[] {
  const labels = { 'k8s-app': 'kube-dns' }
  const service = thing<Service>('Service', 'kube-dns', {
    spec: { clusterIP: '10.96.0.10', selector: labels, ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] },
  })
  const parts = [...web('coredns', { replicas: 2, labels, service: false, ...options }), service]
  for (const part of parts) part.metadata.namespace = 'kube-system'
  return parts
}

const silentNames = (host: string) => `call failed: dial tcp: lookup ${host} on 10.96.0.10:53: server misbehaving`
const dead = (exitCode: number): PodChange => ({ statuses: [crashLoop('coredns', exitCode)] })

/** Ready programs that fail at their work, some that only did, and what the API server refuses to others than pods. */
export const complaintCases: UnseenCase[] = [
  caseOf(
    'a ready operator whose role lacks a verb',
    [],
    complaining(
      'tenants',
      'secrets is forbidden: User "system:serviceaccount:shop:tenants" cannot create resource "secrets" in API group "" in the namespace "shop"',
    ),
    { roots: [{ at: 'Deployment/tenants', by: ['rbac_forbidden'] }], words: ['secrets', 'forbidden'] },
  ),
  caseOf(
    'a ready sender cut off from DNS by its egress policy',
    [
      ...store(),
      policy('egress', {
        podSelector: { matchLabels: { app: 'sender' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: { matchLabels: { app: 'rates' } } }], ports: [{ port: 8080 }] }],
      }),
    ],
    complaining(
      'sender',
      'dial tcp: lookup rates on 10.96.0.10:53: read udp 10.244.1.9:4182->10.96.0.10:53: i/o timeout',
      caller,
    ),
    { roots: [{ at: 'NetworkPolicy/egress', by: ['network_policy_blocks'] }], words: ['DNS', '53'] },
  ),
  caseOf(
    'a ready caller whose label the policy of its dependency misses',
    [
      ...store(),
      policy('rates-in', {
        podSelector: { matchLabels: { app: 'rates' } },
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'shop-front' } } }] }],
      }),
    ],
    complaining('front', silent, caller),
    {
      roots: [{ at: 'NetworkPolicy/rates-in', by: ['network_policy_blocks'] }],
      words: ['app=shop-front', 'app=front'],
    },
  ),
  caseOf(
    'ready callers on a node without an endpoint of a service with policy Local',
    store({ internalTrafficPolicy: 'Local' }, { pods: [{ spec: { nodeName: nodeName('11') } }] }),
    complaining('front', silent, { ...caller, pods: [{ spec: { nodeName: nodeName('12') } }] }),
    { roots: [{ at: 'Service/rates', by: ['service_no_local_endpoint'] }], words: ['internalTrafficPolicy', 'Local'] },
  ),
  caseOf(
    'a selector that also finds a worker without any port',
    [
      ...store({ selector: { tier: 'back' } }, shared),
      ...web('crunch', {
        labels: { app: 'crunch', tier: 'back' },
        container: { ports: [], readinessProbe: undefined },
        service: false,
      }),
    ],
    complaining('front', refused, caller),
    {
      roots: [{ at: 'Service/rates', by: ['service_selects_foreign_pods'] }],
      words: ['crunch'],
      action: { kinds: ['patch_service'], target: 'Service/rates' },
    },
  ),
  caseOf(
    'an alias for a host that does not resolve',
    [alias('ledger.rds.example.cm')],
    complaining('books', unresolved, env('DB_HOST', 'ledger')),
    {
      roots: [{ at: 'Service/ledger', by: ['dns_name_unresolved'] }],
      words: ['externalName', 'ledger.rds.example.cm'],
      action: { kinds: ['custom_instruction:patch_external_name'], target: 'Service/ledger' },
    },
  ),
  caseOf(
    'an alias for a Service that is spelled otherwise',
    [alias('rate.shop.svc.cluster.local'), ...store()],
    complaining('books', unresolved, env('DB_HOST', 'ledger')),
    { roots: [{ at: 'Service/ledger', by: ['dns_name_unresolved'] }], words: ['externalName', 'rates'] },
  ),
  caseOf(
    'the name server of the cluster crashing under callers of a Service that exists',
    [...store(), ...nameServer({ pods: [dead(1), dead(1)] })],
    complaining('front', silentNames('rates'), caller),
    { roots: [{ at: 'Deployment/coredns', by: ['container_crash'] }], words: ['coredns'] },
  ),
  caseOf(
    'the name server of the cluster scaled to nothing under callers of hosts outside',
    nameServer({ replicas: 0 }),
    complaining('front', silentNames('api.example.com'), env('API', 'https://api.example.com')),
    {
      roots: [{ at: 'Deployment/coredns', by: ['scaled_to_zero'] }],
      words: ['coredns'],
      action: { kinds: ['escalate'], target: 'Deployment/coredns' },
    },
  ),
  caseOf(
    'a host outside that does not exist, beside a name server that is well',
    nameServer({}),
    complaining(
      'front',
      'call failed: lookup api.exmaple.com on 10.96.0.10:53: no such host',
      env('API', 'https://api.exmaple.com'),
    ),
    { roots: [{ at: 'Deployment/front', by: ['dns_name_unresolved'] }], words: ['api.exmaple.com'] },
  ),
  peers(),
  refusedJobs(),
  quietBeside(),
  refusedClient(),
  caseOf(
    'a caller whose dependency was away an hour ago',
    store(),
    complaining('front', refused, caller, [4_000, 3_980, 3_960, 3_940]),
    {
      roots: [],
    },
  ),
  caseOf(
    'a caller that missed once and then twice more in one moment',
    store(),
    complaining('front', refused, caller, [31, 30, 29]),
    {
      roots: [],
    },
  ),
  caseOf(
    'a server that refuses wrong passwords of its clients',
    [],
    complaining('login', 'authentication failed for client 203.0.113.7: status code: 401'),
    { roots: [] },
  ),
  caseOf(
    'a program that cannot export its traces',
    [],
    complaining('front', 'traces export: dial tcp 203.0.113.9:4317: connect: connection refused'),
    { roots: [] },
  ),
  caseOf(
    'a headless service without selector that nobody calls',
    [thing<Service>('Service', 'leader', { spec: { clusterIP: 'None' } })],
    complaining('front', refused, {}, []),
    {
      roots: [],
    },
  ),
]
