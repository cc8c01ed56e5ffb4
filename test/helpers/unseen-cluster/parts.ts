import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Node } from '#src/domain/kubernetes/cluster.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type {
  Condition,
  Container,
  ContainerStatus,
  KubernetesObject,
  Pod,
  PodSpec,
} from '#src/domain/kubernetes/objects.ts'
import type { Deployment, ReplicaSet, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { ago, container, event, namespace, pod } from '#test/helpers/build-cluster.ts'

/* Parts of made-up incidents in the shapes of a real cluster: statuses filled in, names with hashes, three nodes of which one is tainted. */

/** An object of any kind, of the incident's namespace. */
export function thing<T extends KubernetesObject>(kind: T['kind'], name: string, rest: object = {}, age = 900): T {
  const { metadata, ...others } = rest as { metadata?: object }
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace, uid: `uid-${kind}-${name}`, creationTimestamp: ago(age), ...metadata },
    ...others,
  } as unknown as T
}

/** An object of the cluster. */
export function clusterThing<T extends KubernetesObject>(kind: T['kind'], name: string, rest: object = {}): T {
  const made = thing<T>(kind, name, rest, 90_000)
  delete made.metadata.namespace
  return made
}

/** A condition as controllers write it. */
export function condition(type: string, value: string, reason = '', message = '', seconds = 300): Condition {
  return { type, status: value, reason, message, lastTransitionTime: ago(seconds) }
}

const host = (ending: string): string => `ip-10-0-0-${ending}.internal`

/** The name of one of the three nodes. */
export const nodeName = (ending: '11' | '12' | '13'): string => host(ending)

const healthyNode = [
  condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
  condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
  condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
]

/** A node of the cluster; conditions of the same type replace the healthy ones. */
export function worker(
  ending: '11' | '12' | '13',
  change: { spec?: Node['spec']; conditions?: Condition[]; labels?: Record<string, string> } = {},
): Node {
  const all = [...healthyNode, condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')]
  const conditions = [
    ...all.filter((each) => !change.conditions?.some((other) => other.type === each.type)),
    ...(change.conditions ?? []),
  ]
  return clusterThing<Node>('Node', host(ending), {
    metadata: {
      labels: {
        'kubernetes.io/hostname': host(ending),
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': ending === '11' ? 'eu-west-1a' : 'eu-west-1b',
        ...change.labels,
      },
    },
    spec:
      change.spec ?? (ending === '13' ? { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } : {}),
    status: {
      allocatable: { cpu: '1800m', memory: '9901628Ki', pods: '110', 'ephemeral-storage': '243497856212' },
      conditions,
    },
  })
}

/** Three healthy nodes; the third is kept for GPU work. */
export const nodes = (): Node[] => [worker('11'), worker('12'), worker('13')]

/** The usual container: small requests, a port that is declared, a readiness probe. */
export function app(name: string, more: Partial<Container> = {}): Container {
  return container(name, {
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 },
    ...more,
  })
}

/** What makes a pod Pending for the scheduler. */
export function pending(message: string): { status: Pod['status']; spec: Partial<PodSpec> } {
  return {
    status: {
      phase: 'Pending',
      conditions: [condition('PodScheduled', 'False', 'Unschedulable', message, 280)],
      containerStatuses: [],
    },
    spec: { nodeName: undefined },
  }
}

export interface WebOptions {
  replicas?: number
  spec?: Partial<PodSpec>
  container?: Partial<Container>
  labels?: Record<string, string>
  /** One entry per pod that exists: what differs from a running, ready pod. */
  pods?: PodChange[]
  change?: Partial<Deployment['spec']>
  conditions?: Condition[]
  annotations?: Record<string, string>
  age?: number
  /** False where no Service selects it. */
  service?: Partial<Service['spec']> | false
}

export interface PodChange {
  status?: Pod['status']
  spec?: Partial<PodSpec>
  statuses?: ContainerStatus[]
  meta?: Partial<KubernetesObject['metadata']>
}

/** A Deployment with its ReplicaSet, pods, Service and endpoints, counted as its controllers would count. */
export function web(name: string, options: WebOptions = {}): KubernetesObject[] {
  const replicas = options.replicas ?? 1
  const labels = options.labels ?? { app: name }
  const containers = [app(name, options.container)]
  const template = { metadata: { labels }, spec: { containers, ...options.spec } }
  const age = options.age ?? 900
  const owner = thing<Deployment>('Deployment', name, {
    apiVersion: 'apps/v1',
    metadata: {
      annotations: { 'deployment.kubernetes.io/revision': '1', ...options.annotations },
      creationTimestamp: ago(age),
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      ...options.change,
    },
  })
  const set = thing<ReplicaSet>('ReplicaSet', `${name}-6d4cf56db6`, {
    apiVersion: 'apps/v1',
    metadata: {
      creationTimestamp: ago(age),
      annotations: { 'deployment.kubernetes.io/revision': '1' },
      ownerReferences: [{ kind: 'Deployment', name, uid: owner.metadata.uid, controller: true }],
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { ...template, spec: { containers, ...options.spec } },
    },
  })
  const changes = options.pods ?? Array.from({ length: replicas }, () => ({}))
  const made = changes.map((change, index) =>
    podOf(set, index, { labels, containers, spec: options.spec, age }, change),
  )
  const ready = made.filter(isReady).length
  owner.status = {
    replicas: made.length,
    updatedReplicas: made.length,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: replicas - ready,
    conditions: options.conditions ?? [
      ready >= replicas
        ? condition('Available', 'True', 'MinimumReplicasAvailable')
        : condition(
            'Available',
            'False',
            'MinimumReplicasUnavailable',
            'Deployment does not have minimum availability.',
          ),
    ],
  }
  set.status = { replicas: made.length, readyReplicas: ready, availableReplicas: ready }
  const front = options.service === false ? [] : [serviceFor(name, labels, options.service)]
  return [owner, set, ...made, ...front]
}

/** A pod of an owner: the index gives its name and its node. */
export function podOf(
  owner: KubernetesObject,
  index: number,
  base: { labels: Record<string, string>; containers: Container[]; spec?: Partial<PodSpec>; age: number },
  change: PodChange,
): Pod {
  const suffix = ['x7k2p', 'b9q4d', 'm3t8w', 'z5r6n', 'h2c7v'][index] ?? `p${index}`
  const name = owner.kind === 'StatefulSet' ? `${owner.metadata.name}-${index}` : `${owner.metadata.name}-${suffix}`
  return pod(name, base.containers, {
    owner,
    spec: { nodeName: host(index % 2 === 0 ? '11' : '12'), ...base.spec, ...change.spec },
    statuses: change.statuses,
    status: change.status,
    meta: { labels: base.labels, creationTimestamp: ago(base.age), ...change.meta },
  })
}

export const isReady = (made: Pod): boolean =>
  (made.status?.conditions ?? []).some((each) => each.type === 'Ready' && each.status === 'True')

/** A Service that sends port 80 to the container port `http`. */
export function serviceFor(
  name: string,
  selector: Record<string, string>,
  more: Partial<Service['spec']> = {},
): Service {
  return thing<Service>('Service', name, {
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.10',
      selector,
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      ...more,
    },
  })
}

export interface SetOptions {
  replicas?: number
  pods?: PodChange[]
  spec?: Partial<PodSpec>
  change?: Partial<StatefulSet['spec']>
  status?: StatefulSet['status']
  container?: Partial<Container>
  service?: boolean
}

/** A StatefulSet with its pods and its headless Service. */
export function stateful(name: string, options: SetOptions = {}): KubernetesObject[] {
  const replicas = options.replicas ?? 1
  const labels = { app: name }
  const containers = [app(name, options.container)]
  const owner = thing<StatefulSet>('StatefulSet', name, {
    apiVersion: 'apps/v1',
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: 'OrderedReady',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers, ...options.spec } },
      ...options.change,
    },
  })
  const changes = options.pods ?? Array.from({ length: replicas }, () => ({}))
  const made = changes.map((change, index) =>
    podOf(owner, index, { labels, containers, spec: options.spec, age: 900 }, change),
  )
  const ready = made.filter(isReady).length
  owner.status = {
    replicas: made.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: made.length,
    ...options.status,
  }
  return [owner, ...made, ...(options.service === false ? [] : [serviceFor(name, labels, { clusterIP: 'None' })])]
}

/** The scheduler's event about a pod, in the shape of the newer API. */
export function unscheduled(objects: KubernetesObject[], message: string): ClusterEvent[] {
  return objects
    .filter((each): each is Pod => each.kind === 'Pod' && (each as Pod).spec.nodeName === undefined)
    .map((each) => event(each, 'FailedScheduling', message, { modern: true, reporter: 'default-scheduler' }))
}

/** The first object of a kind, and of a name where one is given. */
export function pick(objects: KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.find((each) => each.kind === kind && (name === undefined || each.metadata.name === name))
  if (!found) throw new Error(`no ${kind} ${name ?? ''} among the parts`)
  return found
}
