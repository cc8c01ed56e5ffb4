import { characterClass, isValueWord, type ScannedWord } from './value-word.ts'

/** A line in tokens. Kinds: 0 a word, 1 a value, 2 a mark. */
export interface ScannedLine {
  text: string
  size: number
  kinds: Uint8Array
  /** For a word the hash of its characters, for a mark its character code, for a value 1. */
  hashes: Int32Array
  starts: Int32Array
  ends: Int32Array
}

/*
 * Splits a line into words, marks and values by the shape of its characters: without regular expressions and allocations, because it
 * runs for every line of a log. Numbers, addresses, paths, identifiers with digits and what follows `=` are values; adjacent values
 * are one value, so that a list of any length is one.
 */

const maxTokens = 96
const maxCharacters = 1200
const { classes, beyond } = characterClass
const { space, mark, digit, dot, slash, at, hexLetter, other } = characterClass.kinds

/** Marks that join two values into one. */
const joining = new Set(Array.from(',;:|#-=&<>~+*', (character) => character.charCodeAt(0)))
const equals = 61
const colon = 58
const lessThan = 60
const greaterThan = 62

/** A scanner holds the tokens of the last line that it read; the next line reuses its arrays. */
export function createLineScanner(): { scan(text: string): ScannedLine } {
  const line: ScannedLine = {
    text: '',
    size: 0,
    kinds: new Uint8Array(maxTokens),
    hashes: new Int32Array(maxTokens),
    starts: new Int32Array(maxTokens),
    ends: new Int32Array(maxTokens),
  }
  // A line is a slice of a longer text: reading its characters one by one takes twice as long as copying it first.
  const codes = new Uint16Array(maxCharacters + 1)
  const bytes = Buffer.from(codes.buffer)
  return {
    scan(text) {
      line.text = text
      line.size = 0
      const length = bytes.write(text, 0, 2 * maxCharacters, 'utf16le') / 2
      codes[length] = 0
      let position = 0
      while (position < length && line.size < maxTokens) {
        const code = codes[position] ?? 0
        const kind = classes[code] ?? beyond
        if (kind & space) position++
        else if (kind & mark) position = addMark(line, codes, position, length)
        else position = addWord(line, codes, position, length)
      }
      return line
    },
  }
}

function addMark(line: ScannedLine, codes: Uint16Array, position: number, length: number): number {
  const { text } = line
  const code = codes[position] ?? 0
  const next = position + 1
  if ((code === lessThan || code === greaterThan) && next < length && (classes[codes[next] ?? 0] ?? beyond) & digit)
    return next
  // A value that was masked before stays a value.
  if (code === lessThan && text.startsWith('<*>', position)) {
    addValue(line, position, position + 3)
    return position + 3
  }
  if (closesValue(line, code, position)) return next
  push(line, 2, code, position, next)
  return next
}

function addWord(line: ScannedLine, codes: Uint16Array, start: number, length: number): number {
  let position = start
  let traits = 0
  let dots = 0
  let slashes = 0
  let hash = 0x811c9dc5
  for (; position < length; position++) {
    const code = codes[position] ?? 0
    const kind = classes[code] ?? beyond
    if (kind & (space | mark)) break
    if (kind & (dot | slash)) {
      if (kind & slash) slashes++
      else if (codes[position + 1] === code) break
      else dots++
    }
    traits |= kind
    hash = Math.imul(hash ^ code, 0x01000193)
  }
  const end = position
  while (position < length && (classes[codes[position] ?? 0] ?? beyond) & dot) position++
  if (end === start) return position
  word.start = start
  word.end = end
  word.traits = traits
  word.dots = dots
  word.slashes = slashes
  word.hash = hash
  classify(line)
  return position
}

/** The last word: one object for all words, because an allocation would cost more than reading the word. */
const word: ScannedWord = { start: 0, end: 0, traits: 0, dots: 0, slashes: 0, hash: 0 }

function classify(line: ScannedLine): void {
  const { text } = line
  const { start, end, traits } = word
  if (!(traits & characterClass.letter) && !(traits & digit) && end - start < 3 && !word.slashes) {
    push(line, 2, word.hash, start, end)
    return
  }
  if (traits & digit || isBehindEquals(line, start)) addValue(line, start, end)
  else if (belongsToValue(line, start, end, traits)) line.ends[line.size - 1] = end
  else if (isFragment(line, start, end, traits)) addValue(line, start, end)
  else if (isValueWord(text, word)) addValue(line, start, end)
  else push(line, 0, word.hash, start, end)
}

/** Units, and am or pm, after a number. */
function belongsToValue(line: ScannedLine, start: number, end: number, traits: number): boolean {
  if (line.size === 0 || line.kinds[line.size - 1] !== 1 || end - start > 4 || traits & (slash | at)) return false
  return characterClass.isUnit(line.text, start, end)
}

/** `e3:ba:c3`: letters of a hexadecimal value between colons. */
function isFragment(line: ScannedLine, start: number, end: number, traits: number): boolean {
  const { size } = line
  return (
    end - start <= 4 &&
    size >= 2 &&
    line.hashes[size - 1] === colon &&
    line.kinds[size - 1] === 2 &&
    line.ends[size - 1] === start &&
    line.kinds[size - 2] === 1 &&
    !(traits & other)
  )
}

/** `ca:7c:f7`: pairs of letters before a colon and a value belong to the value. Returns where the value begins. */
function takeFragmentsBefore(line: ScannedLine, start: number): number {
  const { kinds, hashes, starts, ends, text } = line
  let first = start
  for (;;) {
    const { size } = line
    if (size < 2 || hashes[size - 1] !== colon || kinds[size - 1] !== 2 || ends[size - 1] !== first) return first
    const [from, to] = [starts[size - 2] ?? 0, ends[size - 2] ?? 0]
    if (kinds[size - 2] !== 0 || to - from !== 2 || to !== starts[size - 1]) return first
    const isHex = characterClass.of(text.charCodeAt(from)) & characterClass.of(text.charCodeAt(from + 1)) & hexLetter
    if (!isHex) return first
    line.size = size - 2
    first = from
  }
}

function isBehindEquals({ size, kinds, hashes, starts, ends, text }: ScannedLine, start: number): boolean {
  if (size < 1 || kinds[size - 1] !== 2 || hashes[size - 1] !== equals) return false
  // `key= next=1`: the value is empty, and a key follows.
  if (ends[size - 1] === start) return true
  const before = (starts[size - 1] ?? 0) - 1
  return text.charCodeAt(before) === 32 || !/^[\w.-]+=/.test(text.slice(start, start + 40))
}

function addValue(line: ScannedLine, from: number, end: number): void {
  const { kinds, hashes, ends } = line
  const start = takeFragmentsBefore(line, from)
  const { size } = line
  if (size >= 1 && kinds[size - 1] === 1) {
    ends[size - 1] = end
    return
  }
  if (size >= 2 && kinds[size - 1] === 2 && kinds[size - 2] === 1 && joining.has(hashes[size - 1] ?? 0)) {
    line.size = size - 1
    ends[size - 2] = end
    return
  }
  push(line, 1, 1, start, end)
}

function push(line: ScannedLine, kind: number, hash: number, start: number, end: number): void {
  const { size } = line
  if (size >= maxTokens) return
  line.kinds[size] = kind
  line.hashes[size] = hash
  line.starts[size] = start
  line.ends[size] = end
  line.size = size + 1
}

const opened = new Map([
  [41, 40],
  [93, 91],
  [125, 123],
])
const capitalB = 66

/**
 * Handles a closing bracket. True where the bracket pair belongs to the value before it; its tokens are then removed from the line.
 * An empty pair that is no call gets a value: `at host ()` is `at host (a.b)` with an unknown name.
 */
function closesValue(line: ScannedLine, code: number, position: number): boolean {
  const opening = opened.get(code)
  const { size, kinds, hashes, starts, ends } = line
  if (opening === undefined || size < 1) return false
  if (isOpening(line, size - 1, opening) && ends[size - 1] === position) {
    if (!isCall(line, size - 1)) addEmptyValue(line, position)
    return false
  }
  if (size < 3 || kinds[size - 1] !== 1 || !isOpening(line, size - 2, opening)) return false
  // `Name{ 12 }` after a value is part of that value.
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

/** `1190 bytes (1.16 KB)` repeats the size in another unit. */
function repeatsSize({ text, size, starts, ends }: ScannedLine): boolean {
  const end = ends[size - 1] ?? 0
  if (text.charCodeAt(end - 1) !== capitalB) return false
  const again = text.slice(starts[size - 1], end)
  return /(?:[KMGTP]i?|[\d ])B$/.test(again) && /bytes?$/.test(text.slice(starts[size - 3], ends[size - 3]))
}
