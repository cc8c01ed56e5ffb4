import type { Snapshot } from '#src/domain/snapshot.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'

/** Adds objects to a copy of a picture; they come last, as what is younger does. */
export function addObjects(snapshot: Snapshot, added: KubernetesObject[]): Snapshot {
  const objects: Record<string, KubernetesObject[]> = { ...snapshot.objects }
  for (const object of added) objects[object.kind] = [...(objects[object.kind] ?? []), object]
  return { ...snapshot, objects }
}
