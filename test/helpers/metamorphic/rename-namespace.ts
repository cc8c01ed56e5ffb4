import { mapText } from './map-text.ts'
import type { Recording, Retold } from './recording.ts'

/** The incident's namespace is `default`; not where something else bears its name, or the picture has another of that name. */
export function renameNamespace(recording: Recording): Retold | undefined {
  const { snapshot } = recording
  const old = snapshot.namespace
  const others = Object.entries(snapshot.objects).filter(([kind]) => kind !== 'Namespace')
  const isTaken = others.some(([, list]) => list.some(({ metadata }) => metadata.name === old))
  if (old === undefined || isTaken || snapshot.objects.Namespace?.some(({ metadata }) => metadata.name === 'default'))
    return undefined
  const word = new RegExp(`(?<![A-Za-z0-9_-])${old}(?![A-Za-z0-9_-])`, 'g')
  const map = (text: string): string => text.replace(word, 'default')
  return { recording: mapText(recording, map), image: map }
}
