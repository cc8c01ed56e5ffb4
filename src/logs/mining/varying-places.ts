import { distinctPatterns, generalise, type Pattern, wordingOf } from './pattern.ts'
import type { Review } from './review.ts'

const phrasesNeeded = 4

const equals = 61

const closers = new Map(['""', '[]', '{}', '()', "''"].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]))

/** A part of a pattern that may be a value: one word, or the content of a pair of quotes or brackets. */
interface Place {
  from: number
  to: number
  members: Pattern[]
}

/*
 * When is a word a value? Where patterns differ in one place only, the words there either distinguish two log statements ("VM
 * started", "VM paused") or vary ("user root", "user admin"). The decision depends on the number of different words, on whether a few
 * of them repeat often, on the word before the place, and on whether they look like names.
 */

/** Words that a name follows. */
const namers = new Set(
  'user username account client host hostname file filename path package class named called'.split(' '),
)

/** Words that a name follows, or what happened to the thing. */
const things = new Set(
  `server node device interface directory method function table database topic queue group process service thread pod container
   namespace image volume key name instance client peer domain command module plugin driver job task worker partition`.split(
    /\s+/,
  ),
)

const happening = /(?:ed|ing)$/

const prepositions = new Set(['for', 'from', 'by', 'on', 'in', 'of', 'at', 'via', 'with', 'against', 'rule'])

const openers = new Set(['(', '[', '{', ':', ',', '=', '"', "'", '`', '|', '<'])

const closingMarks = new Set(['(', ')', ']', '}', ',', ';', '"', "'", '`', '|', '>'])

const switches = new Set('on off yes no up down enabled disabled active inactive'.split(' '))

const [keysNeeded, keysOnceNeeded, constantsNeeded] = [24, 6, 8]

const nameLike = /[a-z][A-Z]|[_.$@\\]|[A-Za-z]-[A-Za-z]/

const dotted = /\..+\./

/** Patterns that differ in one place only become one pattern, where that place is found to vary. */
export function joinPlaces(patterns: readonly Pattern[], review: Review): Pattern[] {
  const taken = new Set<Pattern>()
  const made: Pattern[] = []
  const candidates = findPlaces(patterns, review).filter((place) => place.members.length > 1)
  for (const { from, to, members } of candidates.toSorted(
    (left, right) => right.members.length - left.members.length,
  )) {
    const free = members.filter((member) => !taken.has(member))
    if (free.length < 2 || !varies(free, from, to)) continue
    for (const member of free) taken.add(member)
    made.push(generalise(free, [[from, to]]))
  }
  return distinctPatterns([...patterns.filter((pattern) => !taken.has(pattern)), ...made])
}

/** In two passes, because most places occur in one pattern only and need no entry. */
function findPlaces(patterns: readonly Pattern[], review: Review): Place[] {
  const { filter } = review
  const affordable = review.afford(patterns, (pattern) => pattern.kinds.length)
  filter.clear()
  for (const pattern of affordable) {
    filter.add(pattern.key)
    eachPlace(pattern, review, (key) => filter.add(key))
  }
  const places = new Map<number, Place>()
  for (const pattern of affordable)
    eachPlace(pattern, review, (key, from, to) => {
      if (!filter.wasAddedOften(key, 2)) return
      const place = places.get(key)
      if (place) place.members.push(pattern)
      else places.set(key, { from, to, members: [pattern] })
    })
  // The pattern with a value at the place belongs to it as well.
  for (const pattern of affordable) {
    const place = places.get(pattern.key)
    if (place && pattern.kinds[place.from] === 1) place.members.push(pattern)
  }
  return [...places.values()]
}

/** Single words, and the content of quotes and brackets with more than one token and without keys. */
function eachPlace(
  { kinds, hashes }: Pattern,
  { keyer }: Review,
  found: (key: number, from: number, to: number) => void,
): void {
  keyer.load(hashes, hashes.length)
  for (let index = 0; index < kinds.length; index++) {
    if (kinds[index] === 0) found(keyer.with(index), index, index + 1)
    const close = kinds[index] === 2 ? closers.get(hashes[index] ?? 0) : undefined
    if (close === undefined) continue
    const end = hashes.indexOf(close, index + 1)
    if (end > index + 2 && !holdsKeys(kinds, hashes, index + 1, end))
      found(keyer.withStretch(index + 1, end), index + 1, end)
  }
}

function holdsKeys(kinds: readonly number[], hashes: readonly number[], from: number, to: number): boolean {
  for (let index = from + 1; index < to; index++)
    if (kinds[index] === 2 && hashes[index] === equals && kinds[index - 1] === 0) return true
  return false
}

function varies(members: readonly Pattern[], from: number, to: number): boolean {
  const [{ kinds }] = members as [Pattern]
  let wordCount = 0
  for (const [index, kind] of kinds.entries()) if (kind === 0 && (index < from || index >= to)) wordCount++
  if (to - from > 1) return wordCount >= 3 && members.length >= phrasesNeeded
  // A place that has the shape of a value in one line is a value in the others.
  if (wordCount >= 2 && members.some((member) => member.kinds[from] === 1)) return true
  return members.length >= patternsNeeded(members, from)
}

/** The number of patterns that have to differ in one place before it becomes a value. */
function patternsNeeded(members: readonly Pattern[], place: number): number {
  const pattern = members[0] as Pattern
  const { words } = wordingOf(pattern)
  const wordCount = pattern.kinds.reduce<number>(
    (sum, kind, index) => (kind === 0 && index !== place ? sum + 1 : sum),
    0,
  )
  if (wordCount < 1) return Number.POSITIVE_INFINITY
  const total = members.reduce((sum, member) => sum + member.group.count, 0)
  const doublings = Math.log2(Math.max(total, 2))
  const often = Math.ceil(doublings / 2) + 2
  const there = members.map((member) => wordingOf(member).words[place] ?? '')
  const isUnrepeated = total <= members.length * 1.5
  // A key distinguishes lines, unless there are very many keys.
  if (words[place + 1] === '=') return Math.max(isUnrepeated ? keysOnceNeeded : keysNeeded, often)
  if (!isUnrepeated && there.every(isConstant)) return Math.max(constantsNeeded, often)
  const before = (words[place - 1] ?? '').toLowerCase()
  const names = !there.some((word) => happening.test(word))
  const namesIt = names && namers.has(before)
  if (wordCount < 2) return namesIt ? 4 : Math.max(10, often)
  if (namesIt) return Math.max(2, Math.ceil(doublings / 4))
  const first = !pattern.kinds.slice(0, place).includes(0)
  // A few words that repeat often distinguish log statements, even where names are likely.
  const few = Math.max(2, often - 2)
  if (wordCount >= 3 && !first && standsAlone(pattern, words, place)) return few
  if (there.every((word) => dotted.test(word))) return few
  if (there.every((word) => switches.has(word.toLowerCase())) && isBracketed(words, place)) return 2
  const named = there.every((word) => nameLike.test(word))
  if (first) return named ? 6 : Math.max(10, often)
  if (prepositions.has(before)) return 3
  if (names && things.has(before)) return 4
  return named ? 3 : Math.max(5, often)
}

/** In quotes or brackets of its own, or between marks, so it is no part of a sentence. */
function standsAlone({ kinds }: Pattern, words: readonly string[], place: number): boolean {
  const after = words[place + 1]
  return kinds[place - 1] === 2 && openers.has(words[place - 1] ?? '') && after !== undefined && closingMarks.has(after)
}

/** Inside of brackets: `( on off )`. */
function isBracketed(words: readonly string[], place: number): boolean {
  let depth = 0
  for (const word of words.slice(0, place)) depth += '([{'.includes(word) ? 1 : ')]}'.includes(word) ? -1 : 0
  return depth > 0
}

const [minWords, maxWords] = [5, 14]
const minMembers = 4

interface Pair {
  places: [number, number]
  members: Pattern[]
}

/** Two places that vary together: pairs of names that hardly ever repeat. */
export function joinPairs(patterns: readonly Pattern[], review: Review): Pattern[] {
  const taken = new Set<Pattern>()
  const made: Pattern[] = []
  for (const { places, members } of findPairs(patterns, review)) {
    const free = members.filter((member) => !taken.has(member))
    if (free.length < minMembers || !places.every((place) => isNamed(free, place))) continue
    for (const member of free) taken.add(member)
    made.push(
      generalise(
        free,
        places.map((place) => [place, place + 1] as const),
      ),
    )
  }
  return distinctPatterns([...patterns.filter((pattern) => !taken.has(pattern)), ...made])
}

function findPairs(patterns: readonly Pattern[], review: Review): Iterable<Pair> {
  const { filter } = review
  const sized = patterns.filter((pattern) => {
    const words = wordPlaces(pattern).length
    return words >= minWords && words <= maxWords
  })
  const affordable = review.afford(sized, ({ kinds }) => (kinds.length * kinds.length) / 2)
  filter.clear()
  for (const pattern of affordable) eachPair(pattern, review, (key) => filter.add(key))
  const pairs = new Map<number, Pair>()
  for (const pattern of affordable)
    eachPair(pattern, review, (key, left, right) => {
      if (!filter.wasAddedOften(key, minMembers)) return
      const pair = pairs.get(key)
      if (pair) pair.members.push(pattern)
      else pairs.set(key, { places: [left, right], members: [pattern] })
    })
  return pairs.values()
}

function eachPair(
  pattern: Pattern,
  { keyer }: Review,
  found: (key: number, left: number, right: number) => void,
): void {
  const places = wordPlaces(pattern)
  keyer.load(pattern.hashes, pattern.hashes.length)
  for (let order = 0; order < places.length; order++)
    for (let next = order + 1; next < places.length; next++) {
      const left = places[order] ?? 0
      const right = places[next] ?? 0
      found(keyer.with(left, right), left, right)
    }
}

function wordPlaces({ kinds }: Pattern): number[] {
  const places: number[] = []
  for (let place = 0; place < kinds.length; place++) if (kinds[place] === 0) places.push(place)
  return places
}

/** Different words that are not constants of the code: `from NEW to DONE` is no pair of names. */
function isNamed(members: readonly Pattern[], place: number): boolean {
  const words = new Set(members.map((member) => wordingOf(member).words[place] ?? ''))
  return words.size >= minMembers && ![...words].every(isConstant)
}

const constant = /^(?:[\w$]+\.)*[A-Z][A-Z_]+$/

/** `SCREEN_ON`, `android.intent.action.SCREEN_ON`: a constant of the code, which distinguishes log statements. */
function isConstant(word: string): boolean {
  return constant.test(word)
}
