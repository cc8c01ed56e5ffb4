import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import { addHealthyWorkload } from './add-healthy-workload.ts'
import type { Recording, Retold } from './recording.ts'

/** Hundreds of events that mean nothing: starts of pods that are well, their first probes, nodes that came up, old rollouts. */
export function floodEvents(recording: Recording): Retold {
  const { recording: retold } = addHealthyWorkload(recording)
  const { snapshot } = retold
  const well = (snapshot.objects.Pod ?? []).filter((pod) => pod.metadata.name.startsWith('wishlist-'))
  const started = Date.parse(snapshot.taken_at) - 3_600_000
  const noise: ClusterEvent[] = []
  const tell = (
    regarding: ClusterEvent['regarding'],
    [type, reason, message]: readonly [string, string, string],
  ): void => {
    const seen = new Date(started + noise.length * 10).toISOString()
    const [uid, namespace] = [`noise-${noise.length}`, snapshot.namespace ?? 'default']
    noise.push({ uid, namespace, type, reason, message, regarding, count: 1, first_seen: seen, last_seen: seen })
  }
  for (let round = 0; round < 40; round++) {
    for (const { metadata } of well)
      for (const said of starts)
        tell({ kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid }, said)
    for (const { metadata } of snapshot.objects.Node ?? [])
      tell({ kind: 'Node', name: metadata.name, uid: metadata.uid }, [
        'Warning',
        'InvalidDiskCapacity',
        'invalid capacity 0 on image filesystem',
      ])
  }
  return { recording: { ...retold, snapshot: { ...snapshot, events: [...noise, ...snapshot.events] } } }
}

const starts = [
  ['Normal', 'Pulled', 'Container image "registry.wishes.example/wishlist:2.7.0" already present on machine'],
  ['Normal', 'Created', 'Created container: wishes'],
  ['Normal', 'Started', 'Started container wishes'],
  [
    'Warning',
    'Unhealthy',
    'Readiness probe failed: Get "http://10.244.1.9:8080/readyz": dial tcp 10.244.1.9:8080: connect: connection refused',
  ],
] as const
