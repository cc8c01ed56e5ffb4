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

const plain = new Set(['true', 'false', 'null', 'True', 'False', 'TRUE', 'FALSE', '<*>'])
const calendar = new Set('Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec'.split(' '))
const equals = 61
const slash = 47

/** A word without digits that still is a value: a path, a mail address, a dotted name, a truth value, a day or a month. */
export function isValueWord(text: string, start: number, end: number, traits: WordTraits): boolean {
  const length = end - start
  if (traits.slashes > 0) return isPath(text, start, length, traits)
  if (traits.backslash) return length > 4 && text.lastIndexOf('\\', end - 2) > start
  if (traits.at) return length > 3 && traits.dots > 0
  if (traits.dots > 1) return isDottedName(text, start, end)
  if (traits.dots === 1 && isHostWithPort(text, end)) return true
  if (traits.hex && traits.dots === 0 && length >= 8) return true
  if (length > 5) return false
  const word = text.slice(start, end)
  return plain.has(word) || (length === 3 && traits.upper && calendar.has(word))
}

/** `read/write` is said, `/var/log`, `a/b/c` and `app/.Main` are values. */
function isPath(text: string, start: number, length: number, { slashes, dots }: WordTraits): boolean {
  return slashes > 1 || dots > 0 || (text.charCodeAt(start) === slash && length > 1)
}

/** Names of packages, classes and hosts; not what is thrown, which tells lines apart, nor the key of a setting. */
function isDottedName(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(end) === equals) return false
  const last = end - 1
  const ending = text.charCodeAt(last) === 46 ? text.slice(last - 9, last) : text.slice(end - 9, end)
  return !(ending === 'Exception' || ending.endsWith('Error')) && start < end
}

function isHostWithPort(text: string, end: number): boolean {
  const next = text.charCodeAt(end + 1)
  return text.charCodeAt(end) === 58 && next >= 48 && next <= 57
}
