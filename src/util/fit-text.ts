/** A word of this length says nothing more at its full length than at both of its ends. */
const shortest = 13
/** Names of objects, hosts and parts of images are in small letters; prose, fields and reasons are not as long, or not so spelt. */
const longWord = /(?<![A-Za-z0-9])[a-z0-9][a-z0-9.-]{24,}(?![A-Za-z])/g

/**
 * The text within a length. Long names are shortened in their middle before anything is cut at the end, the longest first and each
 * everywhere alike, so that numbers, keys and what was found stay whole.
 */
export function fitText(text: string, most: number): string {
  if (text.length <= most) return text
  const words = text.match(longWord) ?? []
  const shortened = shorten(text, capFor(words, text.length - most))
  return shortened.length <= most ? shortened : `${shortened.slice(0, most - 1).trimEnd()}…`
}

/** The greatest length of a word at which so many characters are saved. */
function capFor(words: readonly string[], excess: number): number {
  const saved = (cap: number) => words.reduce((sum, word) => sum + Math.max(0, word.length - cap), 0)
  let [low, high] = [shortest, Math.max(shortest, ...words.map((word) => word.length))]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (saved(middle) >= excess) low = middle
    else high = middle - 1
  }
  return low
}

function shorten(text: string, cap: number): string {
  return text.replace(longWord, (word) => {
    if (word.length <= cap) return word
    const head = Math.ceil((cap - 1) / 2)
    return `${word.slice(0, head)}…${word.slice(word.length - (cap - 1 - head))}`
  })
}
