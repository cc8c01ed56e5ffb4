import type { Pattern } from './pattern.ts'
import type { ScannedLine } from './scanned-line.ts'

const sampleLength = 200
const mostCharacters = 1300

/** A wording of a group of its own, which has no lines yet. The text is copied, so that what it was cut from can go. */
export function toPattern(line: ScannedLine, key: number, index: number): Pattern {
  const text = Buffer.from(line.text.slice(0, mostCharacters), 'utf16le').toString('utf16le')
  const places = Array.from({ length: line.size }, (_, place) => place)
  return {
    key,
    words: places.map((place) =>
      line.kinds[place] === 1 ? '<*>' : text.slice(line.starts[place] ?? 0, line.ends[place] ?? 0),
    ),
    kinds: [...line.kinds.subarray(0, line.size)],
    hashes: [...line.hashes.subarray(0, line.size)],
    spaced: places.map((place) => place > 0 && (line.starts[place] ?? 0) > (line.ends[place - 1] ?? 0)),
    general: false,
    group: { count: 0, sample: text.slice(0, sampleLength), index, seen: 0 },
  }
}
