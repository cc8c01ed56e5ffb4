import type { Pattern } from './pattern.ts'
import type { ScannedLine } from './scanned-line.ts'

const sampleLength = 200
/** More than the scanner looks at. */
const mostCharacters = 1300
const scratch = Buffer.alloc(mostCharacters * 2)

/** A wording of a group of its own, which has no lines yet. */
export function toPattern(line: ScannedLine, key: number, index: number): Pattern {
  const text = copyOf(line.text)
  const kinds: number[] = []
  const hashes: number[] = []
  for (let place = 0; place < line.size; place++) {
    kinds.push(line.kinds[place] ?? 0)
    hashes.push(line.hashes[place] ?? 0)
  }
  const group = { count: 0, sample: text.slice(0, sampleLength), index, seen: 0 }
  return { key, kinds, hashes, wording: text, general: false, group }
}

/** A part of a string keeps all of it in memory; a copy lets go of what the line was cut from. */
function copyOf(line: string): string {
  const text = line.slice(0, mostCharacters)
  const encoding = /[^\0-\xff]/.test(text) ? 'utf16le' : 'latin1'
  return scratch.toString(encoding, 0, scratch.write(text, 0, encoding))
}
