import { mapText } from './map-text.ts'
import type { Recording } from './recording.ts'

/** The API server cuts what it makes a name from at 58 characters and appends five of its own. */
export function cutPodNames(recording: Recording): Recording {
  const pods = (recording.snapshot.objects.Pod ?? []).map(({ metadata }) => metadata.name)
  const long = pods.filter((name) => name.length > 63 && !/-\d+$/.test(name))
  return mapText(recording, (text) =>
    long.reduce((cut, name) => cut.replaceAll(name, `${name.slice(0, -5).slice(0, 58)}${name.slice(-5)}`), text),
  )
}
