import type { LineGroup } from './pattern.ts'

/** Where the lines of a group are now, after it went into others. */
export function rootOf(group: LineGroup): LineGroup {
  let root = group
  while (root.joined) root = root.joined
  return root
}
