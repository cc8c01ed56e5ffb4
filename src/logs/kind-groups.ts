import type { LogRecord } from './log-record.ts'
import { createTemplateMiner } from './mining/template-miner.ts'
import type { LineGroup } from './mining/pattern.ts'

/** Records of one kind, in the order in which they were given. */
export interface KindGroup {
  template: string
  records: LogRecord[]
}

/** Records by kind, the most frequent first. Several logs in one call share their kinds. */
export function kindGroups(records: readonly LogRecord[]): KindGroup[] {
  const miner = createTemplateMiner()
  const placed = records.map((record, index) => ({ record, group: miner.add(record.message, index) }))
  const templates = new Map(miner.kinds().map((kind) => [kind.index, kind.template]))
  const byGroup = Map.groupBy(placed, ({ group }) => settled(group))
  return [...byGroup]
    .map(([group, same]) => ({
      template: templates.get(group.index) ?? group.sample,
      records: same.map(({ record }) => record),
    }))
    .toSorted((left, right) => right.records.length - left.records.length)
}

function settled(group: LineGroup): LineGroup {
  return group.joined ? settled(group.joined) : group
}
