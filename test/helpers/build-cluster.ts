import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { ConfigMap, Node, Secret } from '#src/domain/kubernetes/cluster.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type {
  Container,
  ContainerState,
  ContainerStatus,
  KubernetesObject,
  Pod,
  PodSpec,
} from '#src/domain/kubernetes/objects.ts'
import type { Deployment, ReplicaSet, StatefulSet } from '#src/domain/kubernetes/workloads.ts'
import { ago, namespace } from './build-view.ts'

export { clusterView, type SnapshotOptions, snapshot } from './build-view.ts'
export { ago, namespace }

/*
 * Small clusters for the tests of pure rules: objects with as little as a rule reads, everything else at its default.
 */

let serial = 0
const uid = (): string => `uid-${++serial}`

type Meta = Partial<KubernetesObject['metadata']>
const meta = (name: string, more: Meta = {}): KubernetesObject['metadata'] => ({
  name,
  namespace,
  uid: uid(),
  creationTimestamp: ago(600),
  ...more,
})

const ownedBy = (owner: KubernetesObject): Meta => ({
  namespace: owner.metadata.namespace,
  ownerReferences: [{ kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true }],
})

/** A container spec. */
export function container(name: string, more: Partial<Container> = {}): Container {
  return { name, image: `registry.test/team/${name}:1.0.0`, ...more }
}

/** A container status: ready and running for five minutes unless told otherwise. */
export function status(name: string, more: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name, ready: true, restartCount: 0, state: { running: { startedAt: ago(300) } }, lastState: {}, ...more }
}

/** A terminated state that ended `seconds` ago after it lived for `lived` seconds. */
export function ended(exitCode: number, reason = 'Error', seconds = 60, lived = 5): ContainerState {
  return { terminated: { exitCode, reason, startedAt: ago(seconds + lived), finishedAt: ago(seconds) } }
}

/** The status of a container in a crash loop, as `CrashLoopBackOff` shows it. */
export function crashLoop(name: string, exitCode = 1, reason = 'Error'): ContainerStatus {
  return status(name, {
    ready: false,
    restartCount: 5,
    state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off restarting failed container=${name}` } },
    lastState: ended(exitCode, reason),
  })
}

/** A waiting status. */
export function waiting(name: string, reason: string, message?: string): ContainerStatus {
  return status(name, { ready: false, state: { waiting: { reason, message } } })
}

export interface PodOptions {
  owner?: KubernetesObject
  spec?: Partial<PodSpec>
  statuses?: ContainerStatus[]
  initStatuses?: ContainerStatus[]
  status?: Pod['status']
  meta?: Meta
}

/** A pod; Running, with Ready following from its statuses. */
export function pod(name: string, containers: Container[], options: PodOptions = {}): Pod {
  const statuses = options.statuses ?? containers.map((each) => status(each.name))
  const ready = statuses.length > 0 && statuses.every((each) => each.ready)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, {
      ...(options.owner ? ownedBy(options.owner) : {}),
      labels: { app: name.split('-')[0] ?? name },
      ...options.meta,
    }),
    spec: { containers, nodeName: 'node-1', ...options.spec },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: statuses,
      ...(options.initStatuses ? { initContainerStatuses: options.initStatuses } : {}),
      ...options.status,
    },
  }
}

export interface WorkloadOptions {
  spec?: Partial<PodSpec>
  replicas?: number
  pods?: number
  statuses?: ContainerStatus[]
  initStatuses?: ContainerStatus[]
  podStatus?: Pod['status']
  podMeta?: Meta
  revision?: number
}

/** A Deployment with its ReplicaSet and pods, all with the same statuses; pods first, then the set, then the Deployment. */
export function deployment(name: string, containers: Container[], options: WorkloadOptions = {}): KubernetesObject[] {
  const revision = options.revision ?? 1
  const template = { metadata: { labels: { app: name } }, spec: { containers, ...options.spec } }
  const owner: Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(name, { annotations: { 'deployment.kubernetes.io/revision': String(revision) } }),
    spec: { replicas: options.replicas ?? 1, selector: { matchLabels: { app: name } }, template },
  }
  const set = replicaSet(owner, revision, containers, options)
  return [...podsFor(set, name, containers, options), set, owner]
}

/** A ReplicaSet that remembers one revision of a Deployment. */
export function replicaSet(
  owner: KubernetesObject,
  revision: number,
  containers: Container[],
  options: { spec?: Partial<PodSpec>; ready?: number } = {},
): ReplicaSet {
  const name = owner.metadata.name
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta(`${name}-${revision}`, {
      ...ownedBy(owner),
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    }),
    spec: {
      replicas: options.ready ?? 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers, ...options.spec } },
    },
    status: { replicas: 1, readyReplicas: options.ready ?? 0 },
  }
}

/** A workload of another kind that owns its pods directly. */
export function workload(
  kind: 'StatefulSet' | 'DaemonSet' | 'Job',
  name: string,
  containers: Container[],
  options: WorkloadOptions = {},
): KubernetesObject[] {
  const template = { metadata: { labels: { app: name } }, spec: { containers, ...options.spec } }
  const owner = {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: meta(name),
    spec: { replicas: options.replicas ?? 1, selector: { matchLabels: { app: name } }, template },
  } as KubernetesObject as StatefulSet
  return [...podsFor(owner, name, containers, options), owner]
}

function podsFor(owner: KubernetesObject, name: string, containers: Container[], options: WorkloadOptions): Pod[] {
  return Array.from({ length: options.pods ?? options.replicas ?? 1 }, (_, index) =>
    pod(`${name}-${index}`, containers, {
      owner,
      spec: options.spec,
      statuses: options.statuses,
      initStatuses: options.initStatuses,
      status: options.podStatus,
      meta: { labels: { app: name }, ...options.podMeta },
    }),
  )
}

/** A Service that selects `app=<name>`. */
export function service(name: string, more: Partial<Service['spec']> = {}, target = name): Service {
  const spec = { selector: { app: target }, ports: [{ port: 80 }], ...more }
  return { apiVersion: 'v1', kind: 'Service', metadata: meta(name), spec }
}

/** A node that takes everything. */
export function node(name: string, more: Partial<Node> = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: uid(), labels: { 'kubernetes.io/hostname': name } },
    status: { allocatable: { cpu: '4', memory: '8Gi' } },
    ...more,
  }
}

/** A ConfigMap. */
export function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(name), data }
}

/** A Secret, as the observer projects it: keys without values. */
export function secret(name: string, keys: string[] = []): Secret {
  return { apiVersion: 'v1', kind: 'Secret', metadata: meta(name), keys }
}

/** An event about an object; about one of its containers where `on` names it. Of the newer API's shape where `modern` is set. */
export function event(
  about: KubernetesObject,
  reason: string,
  message: string,
  more: Partial<ClusterEvent> & { on?: string; modern?: boolean } = {},
): ClusterEvent {
  const { on, modern, ...rest } = more
  return {
    uid: uid(),
    namespace: about.metadata.namespace ?? 'default',
    type: 'Warning',
    reason,
    message,
    regarding: {
      kind: about.kind,
      namespace: about.metadata.namespace,
      name: about.metadata.name,
      ...(modern ? {} : { uid: about.metadata.uid }),
      ...(on === undefined ? {} : { fieldPath: `spec.containers{${on}}` }),
    },
    count: modern ? 1 : 5,
    first_seen: ago(240),
    last_seen: ago(30),
    reporter: 'kubelet',
    ...rest,
  }
}
