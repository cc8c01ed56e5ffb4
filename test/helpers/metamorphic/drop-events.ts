import type { Recording, Retold } from './recording.ts'

/** The events have expired: the list is whole and empty. */
export function dropEvents(recording: Recording): Retold {
  return { recording: { ...recording, snapshot: { ...recording.snapshot, events: [] } } }
}
