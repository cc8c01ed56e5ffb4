import { mapText } from './map-text.ts'
import type { Recording, Retold } from './recording.ts'

const stamp = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g

/** Everything happened so many seconds later, the taking of the picture as well. */
export function moveClock(recording: Recording, seconds: number): Retold {
  const later = (text: string): string => {
    const fraction = /\.\d+/.exec(text)?.[0] ?? ''
    const moved = new Date(Math.floor(Date.parse(text) / 1000) * 1000 + seconds * 1000)
    return moved.toISOString().replace('.000', fraction)
  }
  return { recording: mapText(recording, (text) => text.replace(stamp, later)) }
}
