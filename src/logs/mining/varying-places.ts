import { distinctPatterns, generalise, type Pattern, wordingOf } from './pattern.ts'
import type { Review } from './review.ts'

const phrasesNeeded = 4

const equals = 61

const closers = new Map(['""', '[]', '{}', '()', "''"].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]))

/** A stretch of a wording that may be a value: one word, or what is in a pair of quotes or brackets. */
interface Place {
  from: number
  to: number
  members: Pattern[]
}

/*
 * When is a word a value? Where wordings are alike but for one place, what stands there either tells two statements of the code
 * apart ("VM started", "VM paused") or varies ("user root", "user admin"). What decides: how many different words were seen
 * there, whether few of them are said again and again, what stands before the place, and whether they look like names.
 */

/** What stands behind these is a name. */
const namers = new Set(
  'user username account client host hostname file filename path package class named called'.split(' '),
)

/** Behind these stands a name, or what became of it. */
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

/** Wordings that are alike but for one place become one, where that place is found to vary. */
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

/** In two passes, for most places are found in one wording only and are not worth an entry. */
function findPlaces(patterns: readonly Pattern[], review: Review): Place[] {
  const { filter } = review
  const looked = review.afford(patterns, (pattern) => pattern.kinds.length)
  filter.clear()
  for (const pattern of looked) {
    filter.add(pattern.key)
    eachPlace(pattern, review, (key) => filter.add(key))
  }
  const places = new Map<number, Place>()
  for (const pattern of looked)
    eachPlace(pattern, review, (key, from, to) => {
      if (!filter.cameOften(key, 2)) return
      const place = places.get(key)
      if (place) place.members.push(pattern)
      else places.set(key, { from, to, members: [pattern] })
    })
  // The wording that has a value there belongs to the place as well.
  for (const pattern of looked) {
    const place = places.get(pattern.key)
    if (place && pattern.kinds[place.from] === 1) place.members.push(pattern)
  }
  return [...places.values()]
}

/** Its single words, and what is within quotes and brackets where that is more than one token and holds no keys. */
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
  let said = 0
  for (const [index, kind] of kinds.entries()) if (kind === 0 && (index < from || index >= to)) said++
  if (to - from > 1) return said >= 3 && members.length >= phrasesNeeded
  // What is a value by its shape in one line is one in the others.
  if (said >= 2 && members.some((member) => member.kinds[from] === 1)) return true
  return members.length >= wordingsNeeded(members, from)
}

/** How many wordings that differ at one place it takes to call that place a value. */
function wordingsNeeded(members: readonly Pattern[], place: number): number {
  const pattern = members[0] as Pattern
  const { words } = wordingOf(pattern)
  const said = pattern.kinds.reduce<number>((sum, kind, index) => (kind === 0 && index !== place ? sum + 1 : sum), 0)
  if (said < 1) return Number.POSITIVE_INFINITY
  const total = members.reduce((sum, member) => sum + member.group.count, 0)
  const doublings = Math.log2(Math.max(total, 2))
  const often = Math.ceil(doublings / 2) + 2
  const there = members.map((member) => wordingOf(member).words[place] ?? '')
  const saidOnce = total <= members.length * 1.5
  // A key tells lines apart, unless there is no end of keys.
  if (words[place + 1] === '=') return Math.max(saidOnce ? keysOnceNeeded : keysNeeded, often)
  if (!saidOnce && there.every(isConstant)) return Math.max(constantsNeeded, often)
  const before = (words[place - 1] ?? '').toLowerCase()
  const names = !there.some((word) => happening.test(word))
  const namesIt = names && namers.has(before)
  if (said < 2) return namesIt ? 4 : Math.max(10, often)
  if (namesIt) return Math.max(2, Math.ceil(doublings / 4))
  const first = !pattern.kinds.slice(0, place).includes(0)
  // A few that are said again and again tell statements apart, even where names may stand.
  const few = Math.max(2, often - 2)
  if (said >= 3 && !first && standsAlone(pattern, words, place)) return few
  if (there.every((word) => dotted.test(word))) return few
  if (there.every((word) => switches.has(word.toLowerCase())) && isBracketed(words, place)) return 2
  const named = there.every((word) => nameLike.test(word))
  if (first) return named ? 6 : Math.max(10, often)
  if (prepositions.has(before)) return 3
  if (names && things.has(before)) return 4
  return named ? 3 : Math.max(5, often)
}

/** In quotes or brackets of its own, or between marks, and so no part of a sentence. */
function standsAlone({ kinds }: Pattern, words: readonly string[], place: number): boolean {
  const after = words[place + 1]
  return kinds[place - 1] === 2 && openers.has(words[place - 1] ?? '') && after !== undefined && closingMarks.has(after)
}

/** In brackets that were opened before and not closed: `( on off )`. */
function isBracketed(words: readonly string[], place: number): boolean {
  let depth = 0
  for (const word of words.slice(0, place)) depth += '([{'.includes(word) ? 1 : ')]}'.includes(word) ? -1 : 0
  return depth > 0
}

const [fewestWords, mostWords] = [5, 14]
const needed = 4

interface Pair {
  places: [number, number]
  members: Pattern[]
}

/** Two places that vary together: names in pairs, hardly ever the same pair twice. */
export function joinPairs(patterns: readonly Pattern[], review: Review): Pattern[] {
  const taken = new Set<Pattern>()
  const made: Pattern[] = []
  for (const { places, members } of findPairs(patterns, review)) {
    const free = members.filter((member) => !taken.has(member))
    if (free.length < needed || !places.every((place) => isNamed(free, place))) continue
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
    const said = saidPlaces(pattern).length
    return said >= fewestWords && said <= mostWords
  })
  const looked = review.afford(sized, ({ kinds }) => (kinds.length * kinds.length) / 2)
  filter.clear()
  for (const pattern of looked) eachPair(pattern, review, (key) => filter.add(key))
  const pairs = new Map<number, Pair>()
  for (const pattern of looked)
    eachPair(pattern, review, (key, left, right) => {
      if (!filter.cameOften(key, needed)) return
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
  const said = saidPlaces(pattern)
  keyer.load(pattern.hashes, pattern.hashes.length)
  for (let order = 0; order < said.length; order++)
    for (let next = order + 1; next < said.length; next++) {
      const left = said[order] ?? 0
      const right = said[next] ?? 0
      found(keyer.with(left, right), left, right)
    }
}

function saidPlaces({ kinds }: Pattern): number[] {
  const places: number[] = []
  for (let place = 0; place < kinds.length; place++) if (kinds[place] === 0) places.push(place)
  return places
}

/** Different words stand there, which are not constants of the code: from one state to another is no pair of names. */
function isNamed(members: readonly Pattern[], place: number): boolean {
  const words = new Set(members.map((member) => wordingOf(member).words[place] ?? ''))
  return words.size >= needed && ![...words].every(isConstant)
}

const constant = /^(?:[\w$]+\.)*[A-Z][A-Z_]+$/

/** `SCREEN_ON`, `android.intent.action.SCREEN_ON`: named in the code, so that it tells statements apart. */
function isConstant(word: string): boolean {
  return constant.test(word)
}
