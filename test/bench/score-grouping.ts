const round = (value: number): number => Math.round(value * 1000) / 1000

/**
 * Grouping accuracy: the share of lines whose group holds exactly the lines of one statement. Precision, recall and F1 are the same
 * for groups, each counted once however many lines it holds: of the groups found, of the statements, and their harmonic mean.
 */
export function scoreGrouping(events: readonly string[], groups: readonly unknown[]) {
  const byEvent = new Map<string, number>()
  const byGroup = new Map<unknown, { size: number; events: Set<string> }>()
  for (const [index, event] of events.entries()) {
    byEvent.set(event, (byEvent.get(event) ?? 0) + 1)
    const group = byGroup.get(groups[index]) ?? { size: 0, events: new Set() }
    byGroup.set(groups[index], group)
    group.size++
    group.events.add(event)
  }
  const right = [...byGroup.values()].filter((group) => {
    const [event = ''] = group.events
    return group.events.size === 1 && byEvent.get(event) === group.size
  })
  const lines = right.reduce((sum, group) => sum + group.size, 0)
  return {
    grouping_accuracy: round(lines / Math.max(events.length, 1)),
    group_f1: round((2 * right.length) / Math.max(byGroup.size + byEvent.size, 1)),
    group_precision: round(right.length / Math.max(byGroup.size, 1)),
    group_recall: round(right.length / Math.max(byEvent.size, 1)),
    statements: byEvent.size,
  }
}
