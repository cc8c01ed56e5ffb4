import { isConstant } from './is-constant.ts'
import type { Pattern } from './pattern.ts'
import { wordingOf } from './wording-of.ts'

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
const closers = new Set(['(', ')', ']', '}', ',', ';', '"', "'", '`', '|', '>'])
const switches = new Set('on off yes no up down enabled disabled active inactive'.split(' '))
const [keysNeeded, keysOnceNeeded, constantsNeeded] = [24, 6, 8]
const nameLike = /[a-z][A-Z]|[_.$@\\]|[A-Za-z]-[A-Za-z]/
const dotted = /\..+\./

/** How many wordings that differ at one place it takes to call that place a value. */
export function wordingsNeeded(members: readonly Pattern[], place: number): number {
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
  return kinds[place - 1] === 2 && openers.has(words[place - 1] ?? '') && after !== undefined && closers.has(after)
}

/** In brackets that were opened before and not closed: `( on off )`. */
function isBracketed(words: readonly string[], place: number): boolean {
  let depth = 0
  for (const word of words.slice(0, place)) depth += '([{'.includes(word) ? 1 : ')]}'.includes(word) ? -1 : 0
  return depth > 0
}
