/** Traits of a character as bits, so that the traits of a word are collected in one pass. */
const kinds = {
  space: 1,
  mark: 2,
  digit: 4,
  upper: 8,
  lower: 16,
  dot: 32,
  slash: 64,
  back: 128,
  at: 256,
  hexLetter: 512,
  /** A character that no hexadecimal value contains. */
  other: 1024,
} as const

const table = new Uint16Array(128)
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code)
  let bits = 0
  if (code <= 32 || code === 127) bits |= kinds.space
  if ('=,;()[]{}"\'`|<>#:'.includes(character)) bits |= kinds.mark
  if (character >= '0' && character <= '9') bits |= kinds.digit
  if (character >= 'A' && character <= 'Z') bits |= kinds.upper
  if (character >= 'a' && character <= 'z') bits |= kinds.lower
  if (/[a-fA-F]/.test(character)) bits |= kinds.hexLetter
  if (character === '.') bits |= kinds.dot
  if (character === '/') bits |= kinds.slash
  if (character === '\\') bits |= kinds.back
  if (character === '@') bits |= kinds.at
  if (!(bits & (kinds.digit | kinds.hexLetter | kinds.dot))) bits |= kinds.other
  table[code] = bits
}
const beyond = kinds.lower | kinds.other

const units = new Set(
  'b kb mb gb tb kib mib gib tib ns us ms s sec secs min mins h hrs hz mhz ghz am pm utc gmt % pct'.split(' '),
)

/** Classes of characters for the line scanner. Characters beyond ASCII count as lower-case letters. */
export const characterClass = {
  kinds,
  letter: kinds.upper | kinds.lower,
  /** By ASCII code; all other characters are `beyond`. */
  classes: table,
  beyond,
  of: (code: number): number => (code < 128 ? (table[code] ?? 0) : beyond),
  isUnit: (text: string, start: number, end: number): boolean => units.has(text.slice(start, end).toLowerCase()),
} as const

/** A word of a line: its position, the traits of its characters, and a hash of them. */
export interface ScannedWord {
  start: number
  end: number
  /** Bits of `characterClass.kinds`. */
  traits: number
  dots: number
  slashes: number
  hash: number
}

const { back, at, other, upper: capital } = characterClass.kinds
const truthValues = new Set(['true', 'false', 'null', 'True', 'False', 'TRUE', 'FALSE'])
const calendar = new Set('Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec'.split(' '))
const colon = 58
const slash = 47

/**
 * A word without digits that still is a value: a path, a mail address, a host with its port, a truth value, a day or a month. A
 * dotted name alone is no value: `a.b.c is off` and `a.b.d is off` may be two log statements.
 */
export function isValueWord(text: string, { start, end, traits, dots, slashes }: ScannedWord): boolean {
  const length = end - start
  if (slashes > 0) return slashes > 1 || dots > 0 || isRooted(text, start, length)
  if (traits & back) return length > 4 && text.lastIndexOf('\\', end - 2) > start
  if (traits & at) return length > 3 && dots > 0
  if (dots > 0) return isHostWithPort(text, start, end, (traits & capital) !== 0)
  if (!(traits & other) && length >= 8) return true
  if (length > 5) return false
  const word = text.slice(start, end)
  return truthValues.has(word) || (length === 3 && (traits & capital) !== 0 && calendar.has(word))
}

/** `read/write` is a word; `/var`, `a/b/c` and `app/.Main` are values. */
function isRooted(text: string, start: number, length: number): boolean {
  return text.charCodeAt(start) === slash && length > 1
}

/** A number follows the colon; but `state.clipTop:12` is a field with its value. */
function isHostWithPort(text: string, start: number, end: number, upper: boolean): boolean {
  const next = text.charCodeAt(end + 1)
  if (text.charCodeAt(end) !== colon || next < 48 || next > 57) return false
  return !upper || !/[a-z][A-Z]/.test(text.slice(start, end))
}
