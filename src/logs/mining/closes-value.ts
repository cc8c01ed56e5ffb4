import { characterClass } from './character-class.ts'
import type { ScannedLine } from './scanned-line.ts'

const opened = new Map([
  [41, 40],
  [93, 91],
  [125, 123],
])
const { space, mark } = characterClass.kinds
const capitalB = 66

/**
 * Looks at what a closing bracket closes. True where all of it belongs to the value before, the tokens of which are then gone from
 * the line. A pair with nothing in it, which is no call, gets a value: `at host ()` is `at host (a.b)` with the name unknown.
 */
export function closesValue(line: ScannedLine, code: number, position: number): boolean {
  const opening = opened.get(code)
  const { size, kinds, hashes, starts, ends } = line
  if (opening === undefined || size < 1) return false
  if (isOpening(line, size - 1, opening) && ends[size - 1] === position) {
    if (!isCall(line, size - 1)) addEmptyValue(line, position)
    return false
  }
  if (size < 3 || kinds[size - 1] !== 1 || !isOpening(line, size - 2, opening)) return false
  // `Name{ 12 }` behind a value is part of that value.
  const isPart = kinds[size - 3] === 1 && ends[size - 3] === starts[size - 2]
  if (!isPart && !(hashes[size - 2] === 40 && repeatsSize(line))) return false
  line.size = size - 2
  if (isPart) ends[size - 3] = position + 1
  return true
}

function isOpening({ kinds, hashes }: ScannedLine, place: number, opening: number): boolean {
  return kinds[place] === 2 && hashes[place] === opening
}

function isCall({ text, starts }: ScannedLine, place: number): boolean {
  const start = starts[place] ?? 0
  return start === 0 || (characterClass.of(text.charCodeAt(start - 1)) & (space | mark)) === 0
}

function addEmptyValue(line: ScannedLine, position: number): void {
  const { size, kinds, hashes, starts, ends } = line
  kinds[size] = 1
  hashes[size] = 1
  starts[size] = position
  ends[size] = position
  line.size = size + 1
}

/** `1190 bytes (1.16 KB)` says the same size again, for people. */
function repeatsSize({ text, size, starts, ends }: ScannedLine): boolean {
  const end = ends[size - 1] ?? 0
  if (text.charCodeAt(end - 1) !== capitalB) return false
  const again = text.slice(starts[size - 1], end)
  return /(?:[KMGTP]i?|[\d ])B$/.test(again) && /bytes?$/.test(text.slice(starts[size - 3], ends[size - 3]))
}
