import type { KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import { status } from '#test/helpers/build-cluster.ts'
import { app, condition, thing } from './parts.ts'

/** A DaemonSet with a ready pod on each of these nodes. */
export function daemon(name: string, spec: object, desired: number, on: string[]): KubernetesObject[] {
  const labels = { app: name }
  const template = { metadata: { labels }, spec: { containers: [app(name)], ...spec } }
  const owner = thing('DaemonSet', name, {
    apiVersion: 'apps/v1',
    spec: { selector: { matchLabels: labels }, template },
    status: {
      desiredNumberScheduled: desired,
      currentNumberScheduled: on.length,
      numberReady: on.length,
      numberAvailable: on.length,
    },
  })
  const pods = on.map((node, index) =>
    thing<Pod>('Pod', `${name}-${index}fghj`, {
      metadata: { labels, ownerReferences: [{ kind: 'DaemonSet', name, uid: owner.metadata.uid, controller: true }] },
      spec: { ...template.spec, nodeName: node },
      status: { phase: 'Running', conditions: [condition('Ready', 'True')], containerStatuses: [status(name)] },
    }),
  )
  return [owner, ...pods]
}
