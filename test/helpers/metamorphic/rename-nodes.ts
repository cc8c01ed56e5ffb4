import { mapText } from './map-text.ts'
import type { Recording, Retold } from './recording.ts'

/** Nodes with short names of which one begins the other: `n1`, `n1-1`, `n1-1-1`. */
export function renameNodes(recording: Recording): Retold {
  const nodes = (recording.snapshot.objects.Node ?? []).map((node) => node.metadata.name).toSorted()
  const other = new Map(nodes.map((name, index) => [name, `n1${'-1'.repeat(index)}`]))
  const known = nodes.map((name) => name.replaceAll('.', '\\.')).join('|')
  const map = (text: string): string => text.replace(new RegExp(known, 'g'), (name) => other.get(name) ?? name)
  return { recording: mapText(recording, map), image: map }
}
