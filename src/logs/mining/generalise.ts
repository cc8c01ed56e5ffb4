import { joinGroups } from './join-groups.ts'
import { createKeyer } from './keyer.ts'
import type { Pattern } from './pattern.ts'
import { wordingOf } from './wording-of.ts'

const keyer = createKeyer()

/** One wording for all of the members, with values at the places (from, to; `to` is not included), and one group. */
export function generalise(members: readonly Pattern[], places: readonly (readonly [number, number])[]): Pattern {
  const [first] = members as [Pattern]
  const wording = wordingOf(first)
  const [words, spaced] = [[...wording.words], [...wording.spaced]]
  const [kinds, hashes] = [[...first.kinds], [...first.hashes]]
  for (const [from, to] of places.toSorted((left, right) => right[0] - left[0])) {
    words.splice(from, to - from, '<*>')
    kinds.splice(from, to - from, 1)
    hashes.splice(from, to - from, 1)
    spaced.splice(from, to - from, wording.spaced[from] ?? true)
  }
  keyer.load(hashes, hashes.length)
  return {
    key: keyer.key(),
    kinds,
    hashes,
    wording: { words, spaced },
    general: true,
    group: joinGroups(members.map((member) => member.group)),
  }
}
