/** Traits of a character, as bits, so that those of a word are gathered in one pass. */
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
  /** No hexadecimal value has it. */
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

/** What the scanner of log lines has to know of characters. Those beyond ASCII count as lower-case letters. */
export const characterClass = {
  kinds,
  letter: kinds.upper | kinds.lower,
  /** By code of ASCII; for all others it is `beyond`. */
  classes: table,
  beyond,
  of: (code: number): number => (code < 128 ? (table[code] ?? 0) : beyond),
  isUnit: (text: string, start: number, end: number): boolean => units.has(text.slice(start, end).toLowerCase()),
} as const
