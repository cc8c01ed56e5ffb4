/*
 * A word ends where no letter, digit or underscore stands: `password` is found in `"password"` and in `db-password`, `ten` is
 * not found in `often`, `returns-db.returns-prod` is found before a colon. A number is not found within a longer dotted or
 * comma number: `0` is not in `10.0.4`.
 */

function escape(word: string): string {
  return word
    .split(/\s+/)
    .map((part) => RegExp.escape(part))
    .join(String.raw`\s+`)
}

const before = String.raw`(?<![\p{L}\p{N}_])`
const after = String.raw`(?![\p{L}\p{N}_])`

/** True where the text holds the words, whole and in any case. */
export function hasWord(text: string, word: string): boolean {
  if (word === '') return false
  const number = /^\d+$/.test(word)
  const start = number ? String.raw`${before}(?<!\d[.,])` : before
  const end = number ? String.raw`${after}(?![.,]\d)` : after
  return new RegExp(`${start}${escape(word)}${end}`, 'iu').test(text)
}

/** True where a word of the text begins so. */
export function hasWordStart(text: string, stem: string): boolean {
  return stem !== '' && new RegExp(`${before}${escape(stem)}`, 'iu').test(text)
}

/** The text cut to so many characters; a character is never cut in two. */
export function cut(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('')
}
