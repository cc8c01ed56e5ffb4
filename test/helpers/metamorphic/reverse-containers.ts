import type { Recording, Retold } from './recording.ts'
import { visitPods } from './visit-pods.ts'

/** Containers, their statuses, ports, variables and mounts in the opposite order; init containers run in theirs. */
export function reverseContainers(recording: Recording): Retold {
  const copy = structuredClone(recording)
  visitPods(copy.snapshot, (spec, status) => {
    spec.containers.reverse()
    spec.volumes?.reverse()
    for (const container of spec.containers)
      for (const list of [container.ports, container.volumeMounts]) list?.reverse()
    status?.containerStatuses?.reverse()
    status?.conditions?.reverse()
  })
  return { recording: copy }
}
