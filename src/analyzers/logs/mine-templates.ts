import type { LogRecord } from './log-record.ts'
import { templateOf } from './template-of.ts'

/** One kind of line: how often it was said, from when to when, and one of them as it was said. */
export interface LogTemplate {
  template: string
  count: number
  first?: string
  last?: string
  sample: string
}

interface Group extends LogTemplate {
  tokens: string[]
}

const mostGroups = 200
const likeness = 0.6
const sampleLength = 200

/**
 * Kinds of lines, the most frequent first. A line joins the first group of its length and first word of which it shares most
 * tokens; tokens that differ become `<*>`. Bounded: past 200 kinds, new ones are counted together.
 */
export function mineTemplates(records: readonly LogRecord[]): LogTemplate[] {
  const buckets = new Map<string, Group[]>()
  let count = 0
  for (const record of records) {
    const tokens = templateOf(record.message).split(/\s+/)
    const full = count >= mostGroups
    const key = full ? 'others' : `${tokens.length} ${tokens[0]}`
    const bucket = buckets.get(key) ?? []
    buckets.set(key, bucket)
    const group = full ? bucket[0] : bucket.find((candidate) => share(candidate.tokens, tokens) >= likeness)
    if (group) join(group, tokens, record)
    else {
      bucket.push(create(full ? ['<*>'] : tokens, record))
      count++
    }
  }
  return [...buckets.values()]
    .flat()
    .toSorted((left, right) => right.count - left.count)
    .map(({ tokens: _tokens, ...template }) => template)
}

function create(tokens: string[], record: LogRecord): Group {
  const time = record.time === undefined ? {} : { first: record.time, last: record.time }
  return { tokens, template: tokens.join(' '), count: 1, ...time, sample: record.message.slice(0, sampleLength) }
}

function join(group: Group, tokens: readonly string[], record: LogRecord): void {
  if (group.tokens.length === tokens.length) {
    group.tokens = group.tokens.map((token, index) => (token === tokens[index] ? token : '<*>'))
    group.template = group.tokens.join(' ')
  }
  group.count++
  group.first ??= record.time
  if (record.time !== undefined) group.last = record.time
}

function share(left: readonly string[], right: readonly string[]): number {
  const same = left.filter((token, index) => token === '<*>' || token === right[index]).length
  return same / Math.max(left.length, 1)
}
