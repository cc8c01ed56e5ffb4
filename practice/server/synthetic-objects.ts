import { createHash } from 'node:crypto'
import type { ApiObject } from './api.ts'

/** How a synthetic pod fares. */
export type PodState = 'running' | 'missing_variable' | 'image_not_found' | 'out_of_memory'

/** Where a synthetic pod stands. */
export interface PodPlace {
  namespace: string
  deployment: string
  replicaSet: string
  index: number
  node: string
  created: string
  state: PodState
}

/** A uid that is the same for the same name at every start. */
export function uidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The image of a synthetic deployment. */
export function imageOf(deployment: string, state: PodState): string {
  return `registry.acme.internal:5000/shop/${deployment}:${state === 'image_not_found' ? '2.4.1-rc' : '2.4.0'}`
}

/** The container that every synthetic pod runs. */
function containerOf(deployment: string, state: PodState): Record<string, unknown> {
  return {
    name: 'app',
    image: imageOf(deployment, state),
    imagePullPolicy: 'IfNotPresent',
    ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
    env: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'SERVICE_NAME', value: deployment },
    ],
    readinessProbe: {
      httpGet: { path: '/readyz', port: 'http', scheme: 'HTTP' },
      periodSeconds: 5,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    },
    resources: { limits: { memory: '64Mi' }, requests: { cpu: '10m', memory: '32Mi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }
}

function terminated(state: PodState, at: string, containerId: string): Record<string, unknown> {
  const oom = state === 'out_of_memory'
  return {
    exitCode: oom ? 137 : 1,
    reason: oom ? 'OOMKilled' : 'Error',
    startedAt: at,
    finishedAt: at,
    containerID: containerId,
  }
}

function stateOf(place: PodPlace, containerId: string): Record<string, unknown> {
  const { state, created, deployment } = place
  const now = `${new Date(Date.now() - 90_000).toISOString().slice(0, 19)}Z`
  if (state === 'running') return { state: { running: { startedAt: created } }, lastState: {}, restartCount: 0 }
  if (state === 'image_not_found') {
    const message = `Back-off pulling image "${imageOf(deployment, state)}"`
    return { state: { waiting: { reason: 'ImagePullBackOff', message } }, lastState: {}, restartCount: 0 }
  }
  const message = `back-off 2m40s restarting failed container=app pod=${podName(place)}_${place.namespace}`
  return {
    state: { waiting: { reason: 'CrashLoopBackOff', message } },
    lastState: { terminated: terminated(state, now, containerId) },
    restartCount: 6,
  }
}

/** The name of a synthetic pod. */
export function podName({ replicaSet, index }: PodPlace): string {
  return `${replicaSet}-${uidOf(`${replicaSet}/${index}`).slice(0, 5)}`
}

/** The address of a synthetic pod. */
export function podIp({ index }: PodPlace): string {
  return `10.244.${Math.floor(index / 250) % 250}.${(index % 250) + 2}`
}

function conditionsOf({ state, created }: PodPlace): Record<string, unknown>[] {
  const ready = state === 'running'
  const because = ready ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' }
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: created,
    ...(holds ? {} : because),
  })
  return [
    condition('PodReadyToStartContainers', true),
    condition('Initialized', true),
    condition('Ready', ready),
    condition('ContainersReady', ready),
    condition('PodScheduled', true),
  ]
}

function statusOf(place: PodPlace, name: string): Record<string, unknown> {
  const containerId = `containerd://${createHash('sha256').update(name).digest('hex')}`
  const ip = podIp(place)
  return {
    phase: place.state === 'image_not_found' ? 'Pending' : 'Running',
    qosClass: 'Burstable',
    hostIP: '10.200.0.11',
    podIP: ip,
    podIPs: [{ ip }],
    startTime: place.created,
    conditions: conditionsOf(place),
    containerStatuses: [
      {
        name: 'app',
        image: imageOf(place.deployment, place.state),
        imageID: '',
        containerID: containerId,
        ready: place.state === 'running',
        started: place.state === 'running',
        ...stateOf(place, containerId),
      },
    ],
  }
}

/** A pod as a real cluster would show it. */
export function buildPod(place: PodPlace): ApiObject {
  const name = podName(place)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${place.replicaSet}-`,
      namespace: place.namespace,
      uid: uidOf(`${place.namespace}/${name}`),
      resourceVersion: String(1_000 + place.index),
      creationTimestamp: place.created,
      labels: { app: place.deployment, 'pod-template-hash': place.replicaSet.split('-').at(-1) ?? '' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: place.replicaSet,
          uid: uidOf(`${place.namespace}/${place.replicaSet}`),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      containers: [containerOf(place.deployment, place.state)],
      nodeName: place.node,
      restartPolicy: 'Always',
      serviceAccountName: 'default',
      serviceAccount: 'default',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: statusOf(place, name),
  }
}

function controllerMetadata(place: PodPlace, name: string): ApiObject['metadata'] {
  return {
    name,
    namespace: place.namespace,
    uid: uidOf(`${place.namespace}/${name}`),
    generation: 1,
    creationTimestamp: place.created,
    resourceVersion: '900',
    labels: { app: place.deployment },
    annotations: { 'deployment.kubernetes.io/revision': '1' },
  }
}

function conditions(ready: boolean, created: string): Record<string, unknown>[] {
  return [
    {
      type: 'Available',
      status: ready ? 'True' : 'False',
      reason: ready ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: ready ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
      lastUpdateTime: created,
      lastTransitionTime: created,
    },
    {
      type: 'Progressing',
      status: 'True',
      reason: ready ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
      message: `ReplicaSet has ${ready ? 'successfully progressed' : 'been updated'}.`,
      lastUpdateTime: created,
      lastTransitionTime: created,
    },
  ]
}

function counts(total: number, broken: number): Record<string, number> {
  const ready = total - broken
  return {
    replicas: total,
    ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
    observedGeneration: 1,
  }
}

/** The Deployment and the ReplicaSet over some synthetic pods. */
export function buildControllers(places: PodPlace[]): ApiObject[] {
  const [place] = places
  if (place === undefined) return []
  const broken = places.filter(({ state }) => state !== 'running').length
  const worst = places.find(({ state }) => state !== 'running') ?? place
  const labels = { app: place.deployment }
  const hash = place.replicaSet.split('-').at(-1) ?? ''
  const template = (more: Record<string, string>) => ({
    metadata: { labels: { ...labels, ...more } },
    spec: { containers: [containerOf(place.deployment, worst.state)], restartPolicy: 'Always' },
  })
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: place.deployment,
    uid: uidOf(`${place.namespace}/${place.deployment}`),
  }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: controllerMetadata(place, place.deployment),
      spec: {
        replicas: places.length,
        selector: { matchLabels: labels },
        template: template({}),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      },
      status: {
        ...counts(places.length, broken),
        updatedReplicas: places.length,
        ...(broken === 0 ? {} : { unavailableReplicas: broken }),
        conditions: conditions(broken === 0, place.created),
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        ...controllerMetadata(place, place.replicaSet),
        labels: { ...labels, 'pod-template-hash': hash },
        ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
      },
      spec: {
        replicas: places.length,
        selector: { matchLabels: { ...labels, 'pod-template-hash': hash } },
        template: template({ 'pod-template-hash': hash }),
      },
      status: { ...counts(places.length, broken), fullyLabeledReplicas: places.length },
    },
  ]
}
