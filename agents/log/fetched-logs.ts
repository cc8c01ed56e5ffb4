import type { LogRecord } from '#src/logs/log-record.ts'
import { readRecords } from '#src/logs/read-records.ts'
import type { LogAnswer } from '#tools/logs/log-source.ts'
import type { ToolOutcome } from '#agents/agent.ts'
import { joinScan } from './join-scan.ts'
import { LogRequest } from './log-request.ts'
import type { WholeLog } from './whole-log.ts'

/** One log that was asked for, with what came of it. */
export interface FetchedLog {
  request: LogRequest
  /** Of the newest lines. */
  answer: LogAnswer
  /** Empty unless the answer was read; where the whole was read, what was kept of it stands before the newest lines. */
  records: LogRecord[]
  /** Set where the whole log was read. */
  whole?: WholeLog
}

/** Records are read once per answer, however many agents look at them. */
const known = new WeakMap<object, LogRecord[]>()
const joined = new WeakMap<object, { newest: object; records: LogRecord[] }>()

/** The logs among an agent's results, the newest answer to each question. */
export function fetchedLogs(results: readonly ToolOutcome[]): FetchedLog[] {
  const wholes = new Map<string, WholeLog>()
  for (const { call, output } of results)
    if (call.tool === 'scan_logs' && isWhole(output)) wholes.set(keyOf(call.input), output)
  const byKey = new Map<string, FetchedLog>()
  for (const { call, output } of results) {
    const request = LogRequest.safeParse(call.input)
    if (call.tool !== 'query_logs' || !request.success || !isAnswer(output)) continue
    const key = keyOf(call.input)
    const whole = wholes.get(key)
    const records = output.status === 'read' ? recordsOf(output, whole) : []
    byKey.set(key, { request: request.data, answer: output, records, ...(whole ? { whole } : {}) })
  }
  return [...byKey.values()]
}

function keyOf(input: unknown): string {
  const { namespace, pod, container, previous } = { ...(input as Partial<LogRequest>) }
  return [namespace, pod, container, previous ?? false].join('/')
}

function recordsOf(answer: Extract<LogAnswer, { status: 'read' }>, whole: WholeLog | undefined): LogRecord[] {
  const newest = known.get(answer) ?? readRecords(answer.lines)
  known.set(answer, newest)
  if (!whole) return newest
  const before = joined.get(whole)
  if (before?.newest === answer) return before.records
  const records = joinScan(whole, answer.lines, newest)
  joined.set(whole, { newest: answer, records })
  return records
}

function isAnswer(output: unknown): output is LogAnswer {
  return ['read', 'empty', 'failed'].includes(statusOf(output))
}

function isWhole(output: unknown): output is WholeLog {
  return statusOf(output) === 'read' && typeof output === 'object' && output !== null && 'scan' in output
}

function statusOf(output: unknown): string {
  const hasStatus = typeof output === 'object' && output !== null && 'status' in output
  return hasStatus && typeof output.status === 'string' ? output.status : ''
}
