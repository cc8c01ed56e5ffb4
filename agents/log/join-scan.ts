import type { LogRecord, RawLine } from '#src/logs/log-record.ts'
import { readRecords } from '#src/logs/read-records.ts'
import type { WholeLog } from './whole-log.ts'

/**
 * What a scan kept, then the newest lines as they were read before it: lines of both stand once. Windows do not touch each other,
 * so that no line is taken for the continuation of one that stood far before it.
 */
export function joinScan(whole: WholeLog, newestLines: readonly RawLine[], newest: readonly LogRecord[]): LogRecord[] {
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
