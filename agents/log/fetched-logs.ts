import type { LogRecord, RawLine } from '#src/logs/log-record.ts'
import { readRecords } from '#src/logs/read-records.ts'
import type { LogAnswer } from '#tools/logs/log-source.ts'
import type { ToolOutcome } from '#agents/agent.ts'
import type { LogScanAnswer } from '#tools/logs/scan-logs.ts'
import { z } from 'zod'

/** Which log one agent of the team wants another to fetch. */
export const LogRequest = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  tail_lines: z.number().int().min(1).max(20_000),
  /** The container is ready: only complaints that go on count, of any kind or only those that are its own. */
  ready: z.enum(['any', 'own']).optional(),
  /** True: the whole log is wanted, as a stream, beside what was read of its end. */
  whole: z.boolean().optional(),
})
export type LogRequest = z.infer<typeof LogRequest>

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

/** Records are read once per answer, however many agents use them. */
const known = new WeakMap<object, LogRecord[]>()
const joined = new WeakMap<object, { newest: object; records: LogRecord[] }>()

/** The whole of a log, as far as it could be read. */
type WholeLog = Extract<LogScanAnswer, { status: 'read' }>

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

/**
 * What a scan kept, then the newest lines as they were read before it: lines of both stand once. Windows do not touch each other,
 * so that no line is taken for the continuation of one that stood far before it.
 */
function joinScan(whole: WholeLog, newestLines: readonly RawLine[], newest: readonly LogRecord[]): LogRecord[] {
  const { scan } = whole
  const start = milliseconds(newestLines[0]?.time)
  const windows = start === undefined ? scan.windows.slice(0, -1) : scan.windows
  const kept = windows.flatMap(({ from, lines }) => {
    const earlier = start === undefined ? lines : lines.filter(({ time }) => (milliseconds(time) ?? 0) < start)
    return readRecords(earlier).map((record) => ({ ...record, index: record.index + from }))
  })
  const shift = Math.max(0, scan.lines - newestLines.length)
  return [...kept, ...newest.map((record) => ({ ...record, index: record.index + shift }))]
}

function milliseconds(time: string | undefined): number | undefined {
  const value = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(value) ? undefined : value
}
