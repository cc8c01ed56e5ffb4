import { mapText } from './map-text.ts'
import type { Recording, Retold } from './recording.ts'

/** Images come from a registry without a port; what reports tell about them follows. */
export function moveRegistry(recording: Recording): Retold {
  const map = (text: string): string => text.replaceAll(/acme\.internal(?::\d+)?/g, 'corp.example')
  return { recording: mapText(recording, map), image: map }
}
