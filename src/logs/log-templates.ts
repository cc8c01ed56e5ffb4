import type { LogRecord } from './log-record.ts'
import { rootOf } from './mining/pattern.ts'
import { createTemplateMiner, type MinedKind } from './mining/template-miner.ts'

/** One kind of line: how many there were, from when to when, and a sample with its position. */
export interface LogTemplate {
  template: string
  count: number
  first?: string
  last?: string
  sample: string
  /** Position of the sample in what was read. */
  line: number
}

const traceback = /^(?:Traceback |Exception Group Traceback)/

/**
 * Kinds of lines, the most frequent first. A stack trace counts as the one line that names its error. Where the miner dropped kinds,
 * the last entry holds the count of their lines, so that the counts add up to the records.
 */
export function mineTemplates(records: readonly LogRecord[]): LogTemplate[] {
  const miner = createTemplateMiner()
  for (const record of records) {
    const time = record.time === undefined ? Number.NaN : Date.parse(record.time)
    miner.add(headOf(record), record.index, Number.isNaN(time) ? undefined : time)
  }
  const templates = miner.kinds().map(({ template, ...group }) => toTemplate(template, group))
  const { kinds, lines, example } = miner.forgotten()
  if (!example) return templates
  const rest = `(${kinds} rarer kinds, dropped to bound memory)`
  return [...templates, toTemplate(rest, { count: lines, sample: example.sample, index: example.index })]
}

function toTemplate(
  template: string,
  { count, first, last, sample, index }: Pick<MinedKind, 'count' | 'first' | 'last' | 'sample' | 'index'>,
): LogTemplate {
  return {
    template,
    count,
    ...(first === undefined ? {} : { first: new Date(first).toISOString() }),
    ...(last === undefined ? {} : { last: new Date(last).toISOString() }),
    sample,
    line: index,
  }
}

/** The line that names the error: the last one of a Python traceback, else the first. */
function headOf({ message, text }: LogRecord): string {
  if (!traceback.test(message)) return message
  const last = text.slice(text.lastIndexOf('\n') + 1).trim()
  return last === '' ? message : `${message} ${last}`
}

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
  const byGroup = Map.groupBy(placed, ({ group }) => rootOf(group))
  return [...byGroup]
    .map(([group, same]) => ({
      template: templates.get(group.index) ?? group.sample,
      records: same.map(({ record }) => record),
    }))
    .toSorted((left, right) => right.records.length - left.records.length)
}

const masks: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*/g, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<address>'],
  [/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b/gi, '<hex>'],
  [/"[^"]{0,200}"|'[^']{0,200}'/g, '<text>'],
  [/\d+(?:\.\d+)?/g, '<n>'],
]

/** A message with its ids, times, addresses, texts and numbers masked, so that two messages of one log statement are equal. */
export function maskMessage(message: string): string {
  return masks.reduce((text, [pattern, mask]) => text.replace(pattern, mask), message.slice(0, 300)).trim()
}
