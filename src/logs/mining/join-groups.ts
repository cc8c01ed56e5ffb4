import type { LineGroup } from './pattern.ts'
import { rootOf } from './root-of.ts'

/** Makes one group of all; counts add up, and the sample that came first stays. Returns the one that is left. */
export function joinGroups(groups: readonly LineGroup[]): LineGroup {
  const roots = [...new Set(groups.map(rootOf))].toSorted((left, right) => left.index - right.index)
  const [root, ...others] = roots as [LineGroup, ...LineGroup[]]
  for (const other of others) {
    root.count += other.count
    root.seen = Math.max(root.seen, other.seen)
    if (other.first !== undefined && (root.first === undefined || other.first < root.first)) root.first = other.first
    if (other.last !== undefined && (root.last === undefined || other.last > root.last)) root.last = other.last
    other.joined = root
  }
  return root
}
