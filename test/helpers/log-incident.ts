import { readRecords } from '#src/logs/read-records.ts'
import type { ContainerLogs } from '#src/logs/judge/situation.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Container, ContainerStatus, KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'

/* A namespace with one workload, its pod and whatever else a test adds, for the judges of logs. */

/** The clock of the made-up picture. */
const now = Date.parse('2026-03-01T10:00:00Z')
/** A time so many seconds before the picture was taken. */
export const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString()

/** What a test wants to be different. */
export interface LogIncidentOptions {
  namespace?: string
  workload?: string
  kind?: 'Deployment' | 'StatefulSet' | 'Job'
  container?: Partial<Container>
  status?: Partial<ContainerStatus>
  pod?: { spec?: Partial<Pod['spec']>; annotations?: Record<string, string> }
  init?: boolean
  current?: string
  previous?: string
  events?: Partial<ClusterEvent>[]
  objects?: KubernetesObject[]
  /** `serviceName` of the stateful set. */
  governing?: string
  covered?: string[]
}

/** State of a container that ends again and again. */
export const crashing: Partial<ContainerStatus> = {
  ready: false,
  restartCount: 4,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(65), finishedAt: ago(60) } },
}

/** An object of any kind with the least that a picture needs. */
export function object(kind: string, name: string, rest: object = {}, namespace = 'shop'): KubernetesObject {
  const cluster = kind === 'Namespace' || kind === 'Node'
  return Object.assign(
    { apiVersion: 'v1', kind, metadata: { name, uid: `${kind}-${name}`, ...(cluster ? {} : { namespace }) } },
    rest,
  )
}

/** The pod's logs and the view that they are judged with. */
export function logIncident(options: LogIncidentOptions = {}): { view: ClusterView; logs: ContainerLogs[]; pod: Pod } {
  const { namespace = 'shop', workload = 'api', kind = 'Deployment' } = options
  const container: Container = { name: 'main', image: 'registry.example/shop/api:2.1.0', ...options.container }
  const status: ContainerStatus = {
    name: container.name,
    ready: false,
    restartCount: 0,
    ...crashing,
    ...options.status,
  }
  const template = { metadata: { labels: { app: workload } }, spec: { containers: [container], ...options.pod?.spec } }
  const governing = options.governing === undefined ? {} : { serviceName: options.governing }
  const owner = object(
    kind,
    workload,
    { spec: { template, selector: { matchLabels: { app: workload } }, ...governing } },
    namespace,
  )
  const statuses = options.init ? { initContainerStatuses: [status] } : { containerStatuses: [status] }
  const spec = options.init
    ? { containers: [{ name: 'app' }], initContainers: [container], ...options.pod?.spec }
    : { containers: [container], ...options.pod?.spec }
  const pod = object('Pod', `${workload}-0`, { spec, status: { phase: 'Running', ...statuses } }, namespace) as Pod
  pod.metadata.labels = { app: workload }
  pod.metadata.annotations = options.pod?.annotations ?? {}
  pod.metadata.ownerReferences = [{ kind, name: workload, uid: owner.metadata.uid, controller: true }]
  const view = viewOf([owner, pod, ...(options.objects ?? [])], namespace, options)
  const read = (text: string | undefined) =>
    text === undefined ? undefined : readRecords(text.split('\n').map((line) => ({ text: line })))
  const logs: ContainerLogs = { pod, container: container.name }
  const [current, previous] = [read(options.current), read(options.previous)]
  if (current) logs.current = current
  if (previous) logs.previous = previous
  return { view, logs: [logs], pod }
}

function viewOf(objects: KubernetesObject[], namespace: string, options: LogIncidentOptions): ClusterView {
  const byKind: Record<string, KubernetesObject[]> = {}
  for (const entry of objects) (byKind[entry.kind] ??= []).push(entry)
  const events = (options.events ?? []).map((event, index) => ({
    uid: `event-${index}`,
    namespace,
    type: 'Warning',
    reason: 'Unhealthy',
    message: '',
    regarding: {
      kind: 'Pod',
      namespace,
      name: `${options.workload ?? 'api'}-0`,
      uid: `Pod-${options.workload ?? 'api'}-0`,
    },
    count: 3,
    first_seen: ago(300),
    last_seen: ago(30),
    ...event,
  }))
  const covered = options.covered ?? ['Service', 'ConfigMap', 'Secret', 'Pod']
  return new ClusterView({
    taken_at: new Date(now).toISOString(),
    namespace,
    objects: byKind,
    events,
    coverage: Object.fromEntries(covered.map((kind) => [`${kind}/${namespace}`, 'complete' as const])),
    absent: [],
    missing_apis: [],
    gaps: [],
    cost: { requests: 0, bytes: 0, ms: 0 },
  })
}
