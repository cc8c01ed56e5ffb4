import type { LogRecord } from './log-record.ts'
import { createTemplateMiner, type MinedKind } from './mining/template-miner.ts'

/** One kind of line: how often it was said, from when to when, and one of them as it was said, with its line. */
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
 * Kinds of lines, the most frequent first. A stack trace counts as one line, that which names the error. Where there were more kinds
 * than are kept, the last entry stands for the lines of all that were given up, so that counts add up to the records.
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
  const rest = `(${kinds} kinds that were given up to stay within bounds)`
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

/** Of a Python traceback the last line names the error, of all others the first. */
function headOf({ message, text }: LogRecord): string {
  if (!traceback.test(message)) return message
  const last = text.slice(text.lastIndexOf('\n') + 1).trim()
  return last === '' ? message : `${message} ${last}`
}
