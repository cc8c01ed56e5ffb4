import { joinGroups } from './join-groups.ts'
import { createKeyer } from './keyer.ts'
import type { Pattern } from './pattern.ts'

const longestRepeat = 8
const keyer = createKeyer()
/** Marks that stand between the values of a list, as the scanner names them, alone or in a word of their own. */
const between = new Set(
  Array.from(',;:|/=-', (mark) => mark.charCodeAt(0)).flatMap((code) => [
    code,
    Math.imul(0x811c9dc5 ^ code, 0x01000193),
  ]),
)

/** Values side by side are one, and what is said of each thing in a list is said once: wordings that are the same then are of one kind. */
export function joinSame(patterns: readonly Pattern[]): void {
  const withValues = patterns.filter((pattern) => pattern.kinds.includes(1))
  for (const same of Map.groupBy(withValues, formOf).values()) {
    if (same.length < 2) continue
    const group = joinGroups(same.map((pattern) => pattern.group))
    for (const pattern of same) pattern.group = group
  }
}

function formOf({ kinds, hashes }: Pattern): number {
  const form = new Int32Array(hashes.length)
  let size = 0
  for (let place = 0; place < hashes.length; place++) {
    if (kinds[place] === 1) size = withoutListed(form, size)
    form[size++] = hashes[place] ?? 0
    size -= repeated(form, size)
  }
  keyer.load(form, size)
  return keyer.key()
}

/** Before a value: drops the value that stands there, with the mark between them. */
function withoutListed(form: Int32Array, size: number): number {
  if (form[size - 1] === 1) return size - 1
  return size > 1 && form[size - 2] === 1 && between.has(form[size - 1] ?? 0) ? size - 2 : size
}

/** How many tokens at the end say the same of another value as those before them. */
function repeated(form: Int32Array, size: number): number {
  for (let length = 2; length <= longestRepeat && length * 2 <= size; length++) {
    let place = 0
    let values = 0
    while (place < length && form[size - 1 - place] === form[size - 1 - place - length])
      values += form[size - 1 - place++] === 1 ? 1 : 0
    if (place === length && values > 0) return length
  }
  return 0
}
