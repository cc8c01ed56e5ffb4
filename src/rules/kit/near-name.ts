/** The candidate that a name was most likely meant to be: a typing slip, or one being the beginning of the other. */
export function nearName(name: string, candidates: readonly string[]): string | undefined {
  const scored = [...new Set(candidates)]
    .filter((candidate) => candidate !== name && candidate !== '')
    .flatMap((candidate) => {
      const distance = nearness(name.toLowerCase(), candidate.toLowerCase())
      return distance === undefined ? [] : [{ candidate, distance }]
    })
    .toSorted((left, right) => left.distance - right.distance)
  const [best, second] = scored
  // Two equally near names leave the choice to a person.
  return best && second?.distance !== best.distance ? best.candidate : undefined
}

/** Edit distance of two names of which one may be meant for the other; undefined where they are too far apart. */
function nearness(left: string, right: string): number | undefined {
  // `fr.json` is no slip for `en.json`: what differs is measured against the name, not against a common ending.
  const length = Math.min(stemOf(left).length, stemOf(right).length)
  const [short, long] = left.length <= right.length ? [left, right] : [right, left]
  const isPart = short.length >= 4 && (long.startsWith(short) || long.endsWith(short) || isAbbreviation(short, long))
  if (isPart) return distanceOf(left, right)
  if (length < 3 || !isWithin(short, long, 2)) return undefined
  const distance = isWithin(short, long, 1) ? 1 : 2
  return distance / length <= 0.34 ? distance : undefined
}

/** Whether so many edits can make one name of the other: no table, for that is made a million times in a large namespace. */
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

/** Edit distance; names are short, so the plain table will do. */
function distanceOf(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 12) return 99
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost))
    }
    row = next
  }
  return row[right.length] ?? 99
}
