import { joinGroups } from './join-groups.ts'
import { keyOf } from './key-of.ts'
import type { Pattern } from './pattern.ts'
import { wordingsNeeded } from './wordings-needed.ts'

const mostRounds = 4
const mostWordsForPairs = 14
const phrasesNeeded = 4

/** A stretch of a wording that may be a value: one word, or what is in a pair of quotes or brackets. */
interface Place {
  from: number
  to: number
  members: Pattern[]
}

/**
 * Wordings that are alike but for a place that varies become one general wording, and their groups one group. Works from what was
 * seen upwards: two statements stay apart until enough of what was said shows that they are one.
 */
export function findValues(patterns: readonly Pattern[]): Pattern[] {
  let current = [...patterns]
  for (let round = 0; round < mostRounds; round++) {
    const next = unite(joinPairs(joinPlaces(current)))
    if (next.length === current.length) break
    current = next
  }
  joinSame(current)
  return current
}

function joinPlaces(patterns: readonly Pattern[]): Pattern[] {
  const places = new Map<number, Place>()
  for (const pattern of patterns)
    for (const [from, to] of stretches(pattern)) {
      const key = keyOf(pattern.hashes, pattern.words.length, from, to)
      const place = places.get(key)
      if (place) place.members.push(pattern)
      else places.set(key, { from, to, members: [pattern] })
    }
  // The wording that has a value there belongs to the place as well.
  for (const pattern of patterns) {
    const place = places.get(pattern.key)
    if (place && pattern.kinds[place.from] === 1) place.members.push(pattern)
  }
  const taken = new Set<Pattern>()
  const made: Pattern[] = []
  const candidates = [...places.values()].filter((place) => place.members.length > 1)
  for (const { from, to, members } of candidates.toSorted(
    (left, right) => right.members.length - left.members.length,
  )) {
    const free = members.filter((member) => !taken.has(member))
    if (free.length < 2 || !varies(free, from, to)) continue
    for (const member of free) taken.add(member)
    made.push(generalise(free, [[from, to]]))
  }
  return distinct([...patterns.filter((pattern) => !taken.has(pattern)), ...made])
}

function varies(members: readonly Pattern[], from: number, to: number): boolean {
  const { kinds } = members[0] as Pattern
  const said = kinds.filter((kind, index) => kind === 0 && (index < from || index >= to)).length
  if (to - from === 1) {
    // What is a value by its shape in one line is one in the others.
    if (said >= 2 && members.some((member) => member.kinds[from] === 1)) return true
    return members.length >= wordingsNeeded(members, from)
  }
  return said >= 3 && members.length >= phrasesNeeded
}

/** Its single words, and what is within quotes and brackets where that is more than one token. */
function stretches({ words, kinds }: Pattern): [number, number][] {
  const found: [number, number][] = []
  for (const [index, kind] of kinds.entries()) {
    if (kind === 0) found.push([index, index + 1])
    if (kind !== 2) continue
    const close = closers[words[index] ?? '']
    const end = close === undefined ? -1 : words.indexOf(close, index + 1)
    if (end > index + 2) found.push([index + 1, end])
  }
  return found
}

const closers: Record<string, string> = { '"': '"', '[': ']', '{': '}', '(': ')', "'": "'" }

/** Two places that vary together: names in pairs, hardly ever the same pair twice. */
function joinPairs(patterns: readonly Pattern[]): Pattern[] {
  const pairs = new Map<number, { places: [number, number]; members: Pattern[] }>()
  for (const pattern of patterns) {
    const said = pattern.kinds.flatMap((kind, index) => (kind === 0 ? [index] : []))
    if (said.length > mostWordsForPairs || said.length < 5) continue
    for (const [order, left] of said.entries())
      for (const right of said.slice(order + 1)) {
        const key = keyOf(pattern.hashes.with(left, 1), pattern.hashes.length, right, right + 1)
        const pair = pairs.get(key)
        if (pair) pair.members.push(pattern)
        else pairs.set(key, { places: [left, right], members: [pattern] })
      }
  }
  const taken = new Set<Pattern>()
  const made: Pattern[] = []
  for (const { places, members } of pairs.values()) {
    const free = members.filter((member) => !taken.has(member))
    if (free.length < 4 || !places.every((place) => new Set(free.map((member) => member.words[place])).size >= 4))
      continue
    for (const member of free) taken.add(member)
    made.push(
      generalise(
        free,
        places.map((place): [number, number] => [place, place + 1]),
      ),
    )
  }
  return distinct([...patterns.filter((pattern) => !taken.has(pattern)), ...made])
}

/** Two general wordings that differ only where one of them has a value are one: (a, *) and (*, b). */
function unite(patterns: readonly Pattern[]): Pattern[] {
  const left = new Set(patterns)
  const made: Pattern[] = []
  const bySize = Map.groupBy(
    patterns.filter((pattern) => pattern.general),
    (pattern) => pattern.words.length,
  )
  for (const general of bySize.values())
    for (const [order, one] of general.entries()) {
      if (!left.has(one)) continue
      const same = general.slice(order + 1).filter((other) => left.has(other) && agree(one, other))
      if (same.length === 0) continue
      const all = [one, ...same]
      for (const pattern of all) left.delete(pattern)
      const places = one.words.flatMap((_, place): [number, number][] =>
        all.some((pattern) => pattern.kinds[place] === 1) ? [[place, place + 1]] : [],
      )
      made.push(generalise(all, places))
    }
  return distinct([...left, ...made])
}

function agree(one: Pattern, other: Pattern): boolean {
  let said = 0
  let differing = 0
  for (const [place, kind] of one.kinds.entries()) {
    if (one.hashes[place] === other.hashes[place]) said += kind === 0 ? 1 : 0
    else if (kind === 2 || other.kinds[place] === 2 || (kind === 0 && other.kinds[place] === 0)) return false
    else differing++
  }
  return differing <= 2 && said >= 3
}

function generalise(members: readonly Pattern[], places: readonly [number, number][]): Pattern {
  const [first] = members as [Pattern]
  const group = joinGroups(members.map((member) => member.group))
  const made = { ...first, words: [...first.words], kinds: [...first.kinds], hashes: [...first.hashes] }
  made.spaced = [...first.spaced]
  for (const [from, to] of places.toSorted((left, right) => right[0] - left[0])) {
    made.words.splice(from, to - from, '<*>')
    made.kinds.splice(from, to - from, 1)
    made.hashes.splice(from, to - from, 1)
    made.spaced.splice(from, to - from, first.spaced[from] ?? true)
  }
  return { ...made, key: keyOf(made.hashes, made.hashes.length), general: true, group }
}

function distinct(patterns: readonly Pattern[]): Pattern[] {
  const byKey = new Map<number, Pattern>()
  for (const pattern of patterns) {
    const known = byKey.get(pattern.key)
    if (!known) byKey.set(pattern.key, pattern)
    else {
      known.group = joinGroups([known.group, pattern.group])
      known.general ||= pattern.general
    }
  }
  return [...byKey.values()]
}

/** Values side by side are one: wordings that are the same then are of one kind. */
function joinSame(patterns: readonly Pattern[]): void {
  const byForm = Map.groupBy(patterns, ({ words }) =>
    words.join(' ').replaceAll(/<\*>(?: (?:[,;:|/=-] )?<\*>)+/g, '<*>'),
  )
  for (const same of byForm.values()) {
    if (same.length < 2) continue
    const group = joinGroups(same.map((pattern) => pattern.group))
    for (const pattern of same) pattern.group = group
  }
}
