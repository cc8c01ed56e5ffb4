import type { ApiObject } from './api.ts'
import { buildEventForms } from './event-forms.ts'
import { generateLog } from './generated-log.ts'
import type { Incident } from './incident.ts'
import {
  buildControllers,
  buildPod,
  type PodState,
  imageOf,
  podIp,
  podName,
  type PodPlace,
  uidOf,
} from './synthetic-objects.ts'

/** How large a made-up namespace is, and how much of it is broken. */
export interface SyntheticSize {
  namespace: string
  pods: number
  broken: number
  pods_per_deployment: number
  /** Whether each deployment has a Service in front of it. */
  services: boolean
  /** Each pod's log is this long, with what its state says a third of the way through. */
  log_mebibytes?: number
}

const nodes = 20

const podStates: PodState[] = ['missing_variable', 'image_not_found', 'out_of_memory']

const broken: Record<
  Exclude<PodState, 'running'>,
  { reason: string; message: (place: PodPlace) => string; log: string[] }
> = {
  missing_variable: {
    reason: 'BackOff',
    message: (place) => `Back-off restarting failed container app in pod ${podName(place)}_${place.namespace}`,
    log: [
      'INFO  [app] starting version=2.4.0 pid=1',
      'FATAL [app] configuration error: required environment variable DATABASE_URL is not set',
    ],
  },
  image_not_found: {
    reason: 'Failed',
    message: (place) =>
      `Failed to pull image "${imageOf(place.deployment, place.state)}": rpc error: code = NotFound desc = failed to pull and unpack image: not found`,
    log: [],
  },
  out_of_memory: {
    reason: 'BackOff',
    message: (place) => `Back-off restarting failed container app in pod ${podName(place)}_${place.namespace}`,
    log: ['INFO  [app] starting version=2.4.0 pid=1', 'WARN  [app] cache: 8192 entries, 61 MiB resident'],
  },
}

function placePod(size: SyntheticSize, index: number, created: string): PodPlace {
  const number = Math.floor(index / size.pods_per_deployment)
  const deployment = `service-${String(number).padStart(3, '0')}`
  return {
    namespace: size.namespace,
    deployment,
    replicaSet: `${deployment}-${uidOf(deployment).slice(0, 8)}`,
    index,
    node: `synthetic-node-${index % nodes}`,
    created,
    state: index < size.broken ? (podStates[number % podStates.length] ?? 'missing_variable') : 'running',
  }
}

function buildNode(index: number, created: string): ApiObject {
  const name = `synthetic-node-${index}`
  const capacity = { cpu: '64', memory: '263932292Ki', pods: '500', 'ephemeral-storage': '209715200Ki' }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: uidOf(name),
      resourceVersion: '10',
      creationTimestamp: created,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
    },
    spec: {},
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          // Its kubelet goes on reporting for as long as the cluster is served.
          get lastHeartbeatTime() {
            return new Date().toISOString()
          },
          lastTransitionTime: created,
        },
      ],
    },
  }
}

function buildWarning(place: PodPlace, pod: ApiObject, last: string): { core: ApiObject; modern: ApiObject }[] {
  if (place.state === 'running') return []
  const { reason, message } = broken[place.state]
  const { namespace, node, created } = place
  const name = podName(place)
  const eventName = `${name}.${uidOf(name).slice(0, 8)}`
  return [
    buildEventForms({
      metadata: {
        name: eventName,
        namespace,
        uid: uidOf(`${namespace}/${eventName}`),
        resourceVersion: '20',
        creationTimestamp: created,
      },
      regarding: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid: pod.metadata.uid },
      reason,
      message: message(place),
      type: 'Warning',
      count: 12,
      first: created,
      last,
      source: { component: 'kubelet', host: node },
    }),
  ]
}

function baseObjects(namespace: string, created: string): ApiObject[] {
  const inNamespace = { namespace, resourceVersion: '11', creationTimestamp: created }
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, uid: uidOf(namespace), resourceVersion: '9', creationTimestamp: created },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', uid: uidOf(`${namespace}/sa`), ...inNamespace },
    },
    ...Array.from({ length: nodes }, (_, index) => buildNode(index, created)),
  ]
}

/** A namespace of many pods over deployments, made up: for benches and for tests of paging. */
export function buildSynthetic(size: SyntheticSize, now: number): Incident {
  const at = (secondsAgo: number) => `${new Date(now - secondsAgo * 1000).toISOString().slice(0, 19)}Z`
  const created = at(3_600)
  const places = Array.from({ length: size.pods }, (_, index) => placePod(size, index, created))
  const byName = new Map(places.map((place) => [podName(place), place]))
  const pods = places.map(buildPod)
  const groups = [...Map.groupBy(places, ({ deployment }) => deployment).values()]
  const controllers = groups.flatMap(buildControllers)
  const services = size.services ? groups.flatMap(buildService) : []
  const events = places.flatMap((place, index) => {
    const pod = pods[index]
    return pod === undefined ? [] : buildWarning(place, pod, at(30))
  })
  return {
    name: `synthetic namespace ${size.namespace}`,
    namespaces: [size.namespace],
    objects: [
      ...baseObjects(size.namespace, created),
      ...pods,
      ...controllers,
      ...services,
      ...events.map(({ core }) => core),
    ],
    events: events.map(({ modern }) => modern),
    readLog: (pod) => {
      const place = byName.get(pod)
      if (place === undefined || place.state === 'image_not_found') return undefined
      const lines = place.state === 'running' ? ['INFO  [app] http server listening on :8080'] : broken[place.state].log
      const [end_ms, mebibytes] = [now - 90_000, size.log_mebibytes ?? 0]
      if (mebibytes > 0) return { generated: generateLog({ mebibytes, planted: lines, end_ms }) }
      const stamp = new Date(end_ms).toISOString()
      return { text: lines.map((line) => `${stamp} ${line}\n`).join('') }
    },
  }
}

/** The Service in front of a synthetic deployment, and the endpoints behind it. */
function buildService(places: PodPlace[]): ApiObject[] {
  const [place] = places
  if (place === undefined) return []
  const { deployment, namespace, created } = place
  const metadata = (name: string, labels: Record<string, string>) => ({
    name,
    namespace,
    uid: uidOf(`${namespace}/service/${name}`),
    resourceVersion: '950',
    creationTimestamp: created,
    labels,
  })
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(deployment, { app: deployment }),
      spec: {
        type: 'ClusterIP',
        clusterIP: `10.96.${Math.floor(place.index / 250) % 250}.${(place.index % 250) + 2}`,
        selector: { app: deployment },
        ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
      status: { loadBalancer: {} },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: metadata(`${deployment}-slice`, { 'kubernetes.io/service-name': deployment }),
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: places.map((pod) => ({
        addresses: [podIp(pod)],
        conditions: {
          ready: pod.state === 'running',
          serving: pod.state === 'running',
          terminating: false,
        },
        nodeName: pod.node,
        targetRef: {
          kind: 'Pod',
          namespace,
          name: podName(pod),
          uid: uidOf(`${namespace}/${podName(pod)}`),
        },
      })),
    },
  ]
}
