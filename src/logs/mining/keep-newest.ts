import type { LineGroup, Pattern } from './pattern.ts'
import { rootOf } from './root-of.ts'

/** The wordings whose groups were seen last, as many as there may be, and the groups that are left without any. */
export function keepNewest(patterns: readonly Pattern[], most: number): { kept: Pattern[]; given: LineGroup[] } {
  for (const pattern of patterns) pattern.group = rootOf(pattern.group)
  const ordered = patterns.toSorted((left, right) => right.group.seen - left.group.seen)
  const kept = ordered.slice(0, most)
  const groups = new Set(kept.map((pattern) => pattern.group))
  const given = new Set<LineGroup>()
  for (const { group } of ordered.slice(most)) if (!groups.has(group)) given.add(group)
  return { kept, given: [...given] }
}
