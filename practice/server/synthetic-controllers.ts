import type { ApiObject } from './api-object.ts'
import { containerOf, type PodPlace, uidOf } from './synthetic-pod.ts'

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
  const broken = places.filter(({ fate }) => fate !== 'running').length
  const worst = places.find(({ fate }) => fate !== 'running') ?? place
  const labels = { app: place.deployment }
  const hash = place.replicaSet.split('-').at(-1) ?? ''
  const template = (more: Record<string, string>) => ({
    metadata: { labels: { ...labels, ...more } },
    spec: { containers: [containerOf(place.deployment, worst.fate)], restartPolicy: 'Always' },
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
