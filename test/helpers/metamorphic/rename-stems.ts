import { chosenNames } from './chosen-names.ts'
import { mapText } from './map-text.ts'
import type { Recording, Retold } from './recording.ts'

/**
 * Everything is called otherwise, everywhere: the first word of each chosen name (`orders` of `orders-db`) becomes another, in
 * objects, events, messages, hosts and logs. Names that only refer (a Service that does not exist) follow the names they resemble.
 */
export function renameStems(recording: Recording, stemOf: (stem: string, index: number) => string): Retold {
  const names = chosenNames(recording.snapshot)
  const stems = [...new Set(names.map((name) => name.split('-')[0] ?? name))].toSorted()
  const renamed = new Map(stems.map((stem, index) => [stem, stemOf(stem, index)]))
  const whole = new Set(names)
  const word = /(?<![A-Za-z0-9_-])[a-z0-9]+(?:-[a-z0-9]+)*/g
  const map = (text: string): string =>
    text.replace(word, (token) => {
      const [stem = '', ...rest] = token.split('-')
      const other = renamed.get(stem)
      return other !== undefined && (rest.length > 0 || whole.has(token)) ? [other, ...rest].join('-') : token
    })
  return { recording: mapText(recording, map), image: map }
}
