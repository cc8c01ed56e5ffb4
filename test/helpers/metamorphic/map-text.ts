import { mapKeys } from './map-keys.ts'
import { mapStrings } from './map-strings.ts'
import type { Recording } from './recording.ts'

/** A recording with every text in it mapped: objects, events, log lines, names of pods and containers, what was covered. */
export function mapText(recording: Recording, map: (text: string) => string): Recording {
  const { snapshot, logs, unstarted } = recording
  return {
    name: recording.name,
    snapshot: { ...mapStrings(snapshot, map), coverage: mapKeys(snapshot.coverage, map) },
    logs: mapKeys(mapStrings(logs, map), map),
    unstarted: unstarted.map(map),
  }
}
