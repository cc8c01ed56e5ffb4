import type { Snapshot } from '#src/domain/snapshot.ts'
import type { Recording, Retold } from './recording.ts'

/** The lists of objects and the events in another order; what an order means (containers, conditions) stays. */
export function reorder(recording: Recording, order: <T>(list: readonly T[]) => T[]): Retold {
  const { snapshot } = recording
  const objects = Object.entries(snapshot.objects).map(([kind, list]) => [kind, order<unknown>(list)])
  const retold: Snapshot = {
    ...snapshot,
    objects: Object.fromEntries(order(objects)) as Snapshot['objects'],
    events: order(snapshot.events),
  }
  return { recording: { ...recording, snapshot: retold } }
}
