import { chosenNames } from './chosen-names.ts'
import { mapText } from './map-text.ts'
import type { Recording, Retold } from './recording.ts'

/** Names that begin with each other: `app`, `app-app`, `app-app-app`; what merely begins like one of them (a pod) follows it. */
export function renameAsPrefixes(recording: Recording): Retold {
  const names = chosenNames(recording.snapshot)
  const other = new Map(names.toReversed().map((name, index) => [name, `app${'-app'.repeat(index)}`]))
  const known = names.map((name) => RegExp.escape(name)).join('|')
  const pattern = new RegExp(`(?<![A-Za-z0-9_-])(?:${known})(?![A-Za-z0-9_])`, 'g')
  const map = (text: string): string => text.replace(pattern, (name) => other.get(name) ?? name)
  return { recording: mapText(recording, map), image: map }
}
