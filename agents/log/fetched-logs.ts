import type { LogRecord } from '../../src/analyzers/logs/log-record.ts'
import { readRecords } from '../../src/analyzers/logs/read-records.ts'
import type { LogAnswer } from '../../tools/logs/log-source.ts'
import type { ToolOutcome } from '../agent.ts'
import { LogRequest } from './log-request.ts'

/** One log that was asked for, with what came of it. */
export interface FetchedLog {
  request: LogRequest
  answer: LogAnswer
  /** Empty unless the answer was read. */
  records: LogRecord[]
}

/** Records are read once per answer, however many agents look at them. */
const known = new WeakMap<object, LogRecord[]>()

/** The logs among an agent's results, the newest answer to each question. */
export function fetchedLogs(results: readonly ToolOutcome[]): FetchedLog[] {
  const byKey = new Map<string, FetchedLog>()
  for (const { call, output } of results) {
    const request = LogRequest.safeParse(call.input)
    if (call.tool !== 'query_logs' || !request.success || !isAnswer(output)) continue
    const { namespace, pod, container, previous } = request.data
    const records = output.status === 'read' ? recordsOf(output) : []
    byKey.set([namespace, pod, container, previous].join('/'), { request: request.data, answer: output, records })
  }
  return [...byKey.values()]
}

function recordsOf(answer: Extract<LogAnswer, { status: 'read' }>): LogRecord[] {
  const before = known.get(answer)
  if (before) return before
  const records = readRecords(answer.lines)
  known.set(answer, records)
  return records
}

function isAnswer(output: unknown): output is LogAnswer {
  if (typeof output !== 'object' || output === null || !('status' in output)) return false
  return output.status === 'read' || output.status === 'empty' || output.status === 'failed'
}
