import type { WrittenIncident } from './write-incident.ts'

/*
 * A namespace as an API server has it, small, with everything that must not get past the adapter: secret values, manifests in
 * annotations, field ownership, image lists.
 */

const recorded = '2026-11-20T10:00:00Z'

/** Raw metadata. */
export function rawMeta(name: string, more: object = {}, namespace = 'shop') {
  return {
    name,
    ...(namespace ? { namespace } : {}),
    uid: `uid-${name}`,
    resourceVersion: '7',
    creationTimestamp: recorded,
    ...more,
  }
}

const owned = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true }],
})
const labels = { app: 'api' }
const managedFields = [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }]
const lastApplied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"hunter2-in-clear"}}' }

/** The pod spec that all of it is about; `env` refers to a config map and a secret. */
export const apiSpec = {
  containers: [
    {
      name: 'api',
      image: 'registry.test/api:1',
      env: [
        { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
        { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } },
      ],
    },
  ],
  serviceAccountName: 'default',
}

/** A raw pod of the shop. */
export function rawPod(name: string, ready: boolean, more: object = {}) {
  const state = ready ? { running: { startedAt: recorded } } : { waiting: { reason: 'CrashLoopBackOff' } }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: rawMeta(name, { labels, managedFields, ...owned('ReplicaSet', 'api-1') }),
    spec: { ...apiSpec, nodeName: 'node-1' },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'api', ready, restartCount: ready ? 0 : 4, state, lastState: {} }],
    },
    ...more,
  }
}

/** The shop with one pod, ready or not, and what else is given. */
export function smallShop(ready: boolean, more: object[] = [], logs: Record<string, string> = {}): WrittenIncident {
  const count = ready ? 1 : 0
  const replicas = { replicas: 1, updatedReplicas: 1, readyReplicas: count, availableReplicas: count }
  const template = { metadata: { labels }, spec: apiSpec }
  const spec = { replicas: 1, selector: { matchLabels: labels }, template }
  return {
    recorded_at: recorded,
    logs,
    items: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: rawMeta('shop', {}, ''), status: { phase: 'Active' } },
      {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: rawMeta('node-1', {}, ''),
        status: { images: [{ names: ['a'], sizeBytes: 1 }], conditions: [{ type: 'Ready', status: 'True' }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: rawMeta('api', { annotations: lastApplied }),
        spec,
        status: replicas,
      },
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: rawMeta('api-1', owned('Deployment', 'api')),
        spec,
        status: replicas,
      },
      rawPod('api-1-x', ready),
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: rawMeta('db', { annotations: lastApplied }),
        type: 'Opaque',
        data: { password: 'aHVudGVyMi1pbi1jbGVhcg==' },
        stringData: { other: 'hunter2-in-clear' },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: rawMeta('settings'), data: { mode: 'fast' } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: rawMeta('default') },
      ...more,
    ],
  }
}
