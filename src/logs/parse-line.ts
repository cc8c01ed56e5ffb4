import { type LogLevel, toLevel } from './log-record.ts'
import { isoTime, parseStructuredLine } from './structured-line.ts'

/** Time, level and message of one line. `stamped`: it has a time or a level of its own, so it begins a record. */
export interface ParsedLine {
  time?: string
  level?: LogLevel
  message: string
  stamped: boolean
  /** The stack and the other fields of a structured line, which it holds in one line. */
  more?: string
}

interface LineFormat {
  pattern: RegExp
}

/** Groups: `time`, `level`, `message`. The first that fits wins, so the particular ones stand before the general. */
const formats: readonly LineFormat[] = [
  // klog: E1120 09:45:06.558123       1 leaderelection.go:330] message
  { pattern: /^(?<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\]\s]+\] (?<message>.*)$/ },
  // the same behind a stamp that something else has put before it
  {
    pattern:
      /^(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?) (?<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\]\s]+\] (?<message>.*)$/,
  },
  // postgres: 2026-11-20 09:45:06.558 UTC [1] FATAL:  message
  {
    pattern:
      /^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \w{1,6}) (?:\[\d+\] )?(?:\S+@\S+ )?(?<level>[A-Z]+\d?):\s+(?<message>.*)$/,
  },
  // nginx: 2026/11/20 09:45:06 [emerg] 1#1: message, and what it says before its log is open
  { pattern: /^(?<time>\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[(?<level>\w+)\] \d+#\d+: (?<message>.*)$/ },
  { pattern: /^\w+: \[(?<level>emerg|alert|crit|error|warn)\] (?<message>.*)$/ },
  // redis: 1:M 20 Nov 2026 09:45:06.558 # message
  { pattern: /^\d+:[MSCX] (?<time>\d\d \w{3} \d{4} \d\d:\d\d:\d\d)\.\d+ (?<level>[#*.-]) (?<message>.*)$/ },
  // mysql: 2026-11-20T09:45:06.558123Z 0 [ERROR] [MY-010119] [Server] message
  { pattern: /^(?<time>\d{4}-\d\d-\d\dT[\d:.]+Z) \d+ \[(?<level>\w+)\](?: \[[\w-]+\]){0,2} (?<message>.*)$/ },
  // envoy: [2026-11-20 09:45:06.558][1][critical][main] [source/server/server.cc:136] message
  {
    pattern:
      /^\[(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)\]\[\d+\]\[(?<level>\w+)\]\[[\w.]+\] (?:\[[^\]]+\] )?(?<message>.*)$/,
  },
  // any leading time, then a level within the next tokens (thread, pid, logger)
  {
    pattern:
      /^\[?(?<time>\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?)\]?(?:\s+\S{1,60}){0,3}?\s+[[(]?(?<level>TRACE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|PANIC|EMERG|DPANIC)[\])]?:?\s+(?<message>.*)$/i,
  },
  // Go's log package: 2026/11/20 09:45:06 message
  { pattern: /^\[?(?<time>\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d+)?)\]?\s+(?<message>.*)$/ },
  {
    pattern: /^\[?(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?)\]?:?\s+(?<message>.*)$/,
  },
  // level first: "ERROR: message", "[error] message", "CRITICAL:root:message", "info: Program[0]", "fail: x[0]"
  {
    pattern:
      /^[[(]?(?<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|PANIC|fail|crit)[\])]?(?::|\s-|\s)\s*(?<message>.*)$/,
  },
  { pattern: /^\[(?<level>trace|debug|info|warn|warning|error|fatal|critical)\]:?\s+(?<message>.*)$/i },
]

const logger = /^(?:\[[^\]]{1,80}\]\s*:?\s*|(?:\d+\s)?---\s\[[^\]]{0,80}\]\s+\S+\s+:\s)/

/** Reads a line in the formats that programs in containers write. */
export function parseLine(line: string): ParsedLine {
  const structured = parseStructuredLine(line)
  if (structured) return { ...structured, level: structured.level ?? levelOfText(structured.message), stamped: true }
  for (const { pattern } of formats) {
    const groups = pattern.exec(line)?.groups
    if (!groups) continue
    const message = (groups['message'] ?? '').replace(logger, '').trim()
    const level = groups['level'] ? toLevel(groups['level']) : undefined
    return { time: isoTime(groups['time']), level: level ?? levelOfText(message), message, stamped: true }
  }
  return { level: levelOfText(line), message: line.trim(), stamped: false }
}

const fatalWords =
  /^(?:panic:|fatal error:|fatal:|uncaught |unhandled |Exception in thread|thread '[^']*' (?:\(\d+\) )?panicked|PHP Fatal error|terminate called|\*{3} .{0,40}fatal|FATAL )/i
const errorWords =
  /^(?:error\b|err:|npm ERR!|npm error|Traceback \(most recent call last\)|[\w.$:]{1,120}(?:Error|Exception)\b(?:\s\(|:|$)|(?:rails|rake) aborted!|Caused by:|Error response|\S{1,60}: error:|\S{1,60}: (?:cannot|could not|can't|not found|invalid|unknown|unrecognized)|could not |cannot |failed to |usage:)/i

function levelOfText(text: string): LogLevel | undefined {
  if (fatalWords.test(text)) return 'fatal'
  return errorWords.test(text) ? 'error' : undefined
}
