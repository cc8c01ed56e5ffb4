import { editDistance } from '#src/util/edit-distance.ts'

const maxLengthDifference = 12
const unrelated = 99

/** The candidate that a name was most likely meant to be: a typing slip, or one being the beginning of the other. */
export function nearName(name: string, candidates: readonly string[]): string | undefined {
  const scored = [...new Set(candidates)]
    .filter((candidate) => candidate !== name && candidate !== '')
    .flatMap((candidate) => {
      const edits = nearness(name.toLowerCase(), candidate.toLowerCase())
      return edits === undefined ? [] : [{ candidate, edits }]
    })
    .toSorted((left, right) => left.edits - right.edits)
  const [best, second] = scored
  // Two equally near names leave the choice to a person.
  return best && second?.edits !== best.edits ? best.candidate : undefined
}

/** Edit distance of two names of which one may be meant for the other; undefined where they are too far apart. */
function nearness(left: string, right: string): number | undefined {
  // `fr.json` is no slip for `en.json`: what differs is measured against the name, not against a common ending.
  const length = Math.min(stemOf(left).length, stemOf(right).length)
  const [short, long] = left.length <= right.length ? [left, right] : [right, left]
  const isPart = short.length >= 4 && (long.startsWith(short) || long.endsWith(short) || isAbbreviation(short, long))
  if (isPart) return long.length - short.length > maxLengthDifference ? unrelated : editDistance(left, right)
  if (length < 3 || !isWithin(short, long, 2)) return undefined
  const edits = isWithin(short, long, 1) ? 1 : 2
  return edits / length <= 0.34 ? edits : undefined
}

/** Whether so many edits turn one name into the other. Runs a million times in a large namespace, so it fills no distance table. */
function isWithin(left: string, right: string, edits: number, at = 0, on = 0): boolean {
  let [i, j] = [at, on]
  while (i < left.length && left[i] === right[j]) {
    i++
    j++
  }
  const rest = Math.max(left.length - i, right.length - j)
  if (rest <= edits) return true
  if (edits === 0 || Math.abs(left.length - i - (right.length - j)) > edits) return false
  return (
    isWithin(left, right, edits - 1, i + 1, j + 1) ||
    isWithin(left, right, edits - 1, i + 1, j) ||
    isWithin(left, right, edits - 1, i, j + 1)
  )
}

function stemOf(name: string): string {
  return name.replace(/\.[a-z0-9]{1,10}$/, '')
}

/** `passwd` for `password`: same beginning and end, the rest in order. */
function isAbbreviation(short: string, long: string): boolean {
  if (!long.startsWith(short.slice(0, 3)) || long.at(-1) !== short.at(-1)) return false
  let at = 0
  for (const letter of long) if (letter === short[at]) at++
  return at === short.length
}

/** Names for a sentence: the first three, and how many more there are. */
export function listNames(names: string[], shown = 3): string {
  const unique = [...new Set(names)]
  const rest = unique.length - shown
  return rest > 0 ? `${unique.slice(0, shown).join(', ')} and ${rest} more` : unique.join(', ')
}
