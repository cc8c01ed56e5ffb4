import type { Pattern, Wording } from './pattern.ts'
import { createLineScanner } from './scan-line.ts'

const scanner = createLineScanner()

/** How a pattern reads; read from its line the first time. */
export function wordingOf(pattern: Pattern): Wording {
  if (typeof pattern.wording !== 'string') return pattern.wording
  const { text, size, kinds, starts, ends } = scanner.scan(pattern.wording)
  const words: string[] = []
  const spaced: boolean[] = []
  for (let place = 0; place < size; place++) {
    words.push(kinds[place] === 1 ? '<*>' : text.slice(starts[place], ends[place]))
    spaced.push(place > 0 && (starts[place] ?? 0) > (ends[place - 1] ?? 0))
  }
  return (pattern.wording = { words, spaced })
}
