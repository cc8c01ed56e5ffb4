import { characterClass } from './character-class.ts'
import type { ScannedWord } from './scanned-word.ts'

const { back, at, other, upper: capital } = characterClass.kinds
const plain = new Set(['true', 'false', 'null', 'True', 'False', 'TRUE', 'FALSE'])
const calendar = new Set('Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec'.split(' '))
const colon = 58
const slash = 47

/**
 * A word without digits that still is a value: a path, a mail address, a host with its port, a truth value, a day or a month. A
 * dotted name is none by its shape: `a.b.c is off` and `a.b.d is off` may be two statements, so it takes several of them.
 */
export function isValueWord(text: string, { start, end, traits, dots, slashes }: ScannedWord): boolean {
  const length = end - start
  if (slashes > 0) return slashes > 1 || dots > 0 || isRooted(text, start, length)
  if (traits & back) return length > 4 && text.lastIndexOf('\\', end - 2) > start
  if (traits & at) return length > 3 && dots > 0
  if (dots > 0) return isHostWithPort(text, start, end, (traits & capital) !== 0)
  if (!(traits & other) && length >= 8) return true
  if (length > 5) return false
  const said = text.slice(start, end)
  return plain.has(said) || (length === 3 && (traits & capital) !== 0 && calendar.has(said))
}

/** `read/write` is said, `/var` is a value, and so are `a/b/c` and `app/.Main`. */
function isRooted(text: string, start: number, length: number): boolean {
  return text.charCodeAt(start) === slash && length > 1
}

/** A number behind a colon; `state.clipTop:12` is a field and what it holds. */
function isHostWithPort(text: string, start: number, end: number, upper: boolean): boolean {
  const next = text.charCodeAt(end + 1)
  if (text.charCodeAt(end) !== colon || next < 48 || next > 57) return false
  return !upper || !/[a-z][A-Z]/.test(text.slice(start, end))
}
