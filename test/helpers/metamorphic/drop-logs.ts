import type { Recording, Retold } from './recording.ts'

/** No node holds a log any more. */
export function dropLogs(recording: Recording): Retold {
  return { recording: { ...recording, logs: {} } }
}
