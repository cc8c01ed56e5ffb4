import type { Pattern } from './pattern.ts'

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
const keysNeeded = 24
const nameLike = /[a-z][A-Z]|[_.$@\\]|[A-Za-z]-[A-Za-z]|^[A-Z]{2,}$/

/** How many wordings that differ at one place it takes to call that place a value. */
export function wordingsNeeded(members: readonly Pattern[], place: number): number {
  const pattern = members[0] as Pattern
  const said = pattern.kinds.filter((kind, index) => kind === 0 && index !== place).length
  const total = members.reduce((sum, member) => sum + member.group.count, 0)
  if (said < 1) return Number.POSITIVE_INFINITY
  const often = Math.ceil(Math.log2(Math.max(total, 2)) / 2) + 2
  const before = place === 0 ? '' : (pattern.words[place - 1] ?? '')
  // A key tells lines apart, unless there is no end of keys.
  if (pattern.words[place + 1] === '=') return Math.max(keysNeeded, often)
  const names = members.every((member) => !happening.test(member.words[place] ?? ''))
  const namesIt = names && namers.has(before.toLowerCase())
  if (said < 2) return namesIt ? 4 : Math.max(10, often)
  const first = !pattern.kinds.slice(0, place).includes(0)
  if (namesIt || (said >= 3 && !first && standsAlone(pattern, place))) return 2
  const named = members.every((member) => nameLike.test(member.words[place] ?? ''))
  if (first) return named ? 6 : Math.max(10, often)
  if (prepositions.has(before.toLowerCase())) return 3
  if (names && things.has(before.toLowerCase())) return 4
  return named ? 3 : Math.max(5, often)
}

/** In quotes or brackets of its own, or between marks, and so no part of a sentence. */
function standsAlone({ words, kinds }: Pattern, place: number): boolean {
  const after = words[place + 1]
  return kinds[place - 1] === 2 && openers.has(words[place - 1] ?? '') && after !== undefined && closers.has(after)
}
