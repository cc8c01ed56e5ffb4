import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { addObjects } from './add-objects.ts'
import type { Recording, Retold } from './recording.ts'

const labels = { app: 'wishlist' }
const image = 'registry.wishes.example/wishlist:2.7.0'
const template = {
  metadata: { labels },
  spec: { containers: [{ name: 'wishes', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
}
const selector = { matchLabels: labels }
const counts = { replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2, observedGeneration: 1 }

/** A Deployment that is well, with its ReplicaSet, pods, Service, endpoints and talkative logs, in the incident's namespace. */
export function addHealthyWorkload(recording: Recording): Retold {
  const { snapshot } = recording
  const created = new Date(Date.parse(snapshot.taken_at) - 3_600_000).toISOString()
  const meta = (name: string, owner?: { kind: string; name: string }): KubernetesObject['metadata'] => ({
    name,
    namespace: snapshot.namespace,
    uid: `uid-${name}`,
    generation: 1,
    creationTimestamp: created,
    labels,
    ...(owner ? { ownerReferences: [{ ...owner, uid: `uid-${owner.name}`, controller: true }] } : {}),
  })
  const pods = ['wishlist-6d5f7c9b8-2xkq4', 'wishlist-6d5f7c9b8-8zjt7']
  const added: KubernetesObject[] = [
    thing('Deployment', meta('wishlist'), { spec: { replicas: 2, selector, template }, status: counts }),
    thing('ReplicaSet', meta('wishlist-6d5f7c9b8', { kind: 'Deployment', name: 'wishlist' }), {
      spec: { replicas: 2, selector, template },
      status: counts,
    }),
    ...pods.map((name) =>
      thing('Pod', meta(name, { kind: 'ReplicaSet', name: 'wishlist-6d5f7c9b8' }), {
        spec: { ...template.spec, nodeName: snapshot.objects.Node?.[0]?.metadata.name },
        status: readyStatus(created),
      }),
    ),
    thing('Service', meta('wishlist-front'), { spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] } }),
  ]
  const logs = Object.fromEntries(
    pods.map((name) => [`${name}__wishes`, ['listening on :8080', 'GET /wishes 200 4ms']]),
  )
  return { recording: { ...recording, snapshot: addObjects(snapshot, added), logs: { ...recording.logs, ...logs } } }
}

function thing(kind: string, metadata: KubernetesObject['metadata'], rest: object): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata, ...rest }
}

function readyStatus(startedAt: string): object {
  const state = { running: { startedAt } }
  return {
    phase: 'Running',
    startTime: startedAt,
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: startedAt }],
    containerStatuses: [{ name: 'wishes', image, ready: true, started: true, restartCount: 0, state, lastState: {} }],
  }
}
