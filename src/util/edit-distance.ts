import { distance } from 'fastest-levenshtein'

/** The longest name of an object or host. The text of a log may hold longer words, which are not worth the time. */
const maxLength = 253

/** The number of single-character edits between two words; a longer word than any name counts as different from all others. */
export function editDistance(left: string, right: string): number {
  return left.length > maxLength || right.length > maxLength ? maxLength : distance(left, right)
}
