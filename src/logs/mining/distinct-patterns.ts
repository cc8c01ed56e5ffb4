import { joinGroups } from './join-groups.ts'
import type { Pattern } from './pattern.ts'

/** Each wording once; where two have become the same, their groups are one. */
export function distinctPatterns(patterns: Iterable<Pattern>): Pattern[] {
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
