/** What was seen of a word without digits. */
export interface WordTraits {
  dots: number
  slashes: number
  backslash: boolean
  at: boolean
  /** All of its characters may stand in a hexadecimal value. */
  hex: boolean
  upper: boolean
}

const plain = new Set(['true', 'false', 'null', 'True', 'False', 'TRUE', 'FALSE'])
const calendar = new Set('Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec'.split(' '))
const colon = 58
const slash = 47

/**
 * A word without digits that still is a value: a path, a mail address, a host with its port, a truth value, a day or a month. A
 * dotted name is none by its shape: `a.b.c is off` and `a.b.d is off` may be two statements, so it takes several of them.
 */
export function isValueWord(text: string, start: number, end: number, traits: WordTraits): boolean {
  const length = end - start
  if (traits.slashes > 0) return isPath(text, start, length, traits)
  if (traits.backslash) return length > 4 && text.lastIndexOf('\\', end - 2) > start
  if (traits.at) return length > 3 && traits.dots > 0
  if (traits.dots > 0) return isHostWithPort(text, start, end, traits.upper)
  if (traits.hex && length >= 8) return true
  if (length > 5) return false
  const word = text.slice(start, end)
  return plain.has(word) || (length === 3 && traits.upper && calendar.has(word))
}

/** `read/write` is said, `/var/log`, `a/b/c` and `app/.Main` are values. */
function isPath(text: string, start: number, length: number, { slashes, dots }: WordTraits): boolean {
  return slashes > 1 || dots > 0 || (text.charCodeAt(start) === slash && length > 1)
}

/** A number behind a colon; `state.clipTop:12` is a field and what it holds. */
function isHostWithPort(text: string, start: number, end: number, upper: boolean): boolean {
  const next = text.charCodeAt(end + 1)
  if (text.charCodeAt(end) !== colon || next < 48 || next > 57) return false
  return !upper || !/[a-z][A-Z]/.test(text.slice(start, end))
}
