import { type LogRecord, type RawLine, type LogLevel, toLevel } from './log-record.ts'
import { stripEscapes } from './line-text.ts'
import { isoTime, parseStructuredLine } from './structured-line.ts'

const lineLimit = 2000

const recordLimit = 8000

const linesPerRecord = 120

/** Opens a block that ends at the next line with a time or a level of its own. */
const traceback = /Traceback \(most recent call last\)|Exception Group Traceback/

const panic = /^panic: |^fatal error: |\bpanic: runtime error|^SIG[A-Z]+: /

const banner =
  /^APPLICATION FAILED TO START|^\*{3} FATAL CONFIG FILE ERROR|^Unhandled exception\b|panicked at |validation errors? for |^(?:❌ )?Invalid environment variables|^Missing (?:required )?environment variables:|^ZodError|is uninitialized and |^Error: Cannot find module/

/** A line that belongs to the line before it, in any runtime. */
const continuation =
  /^(?:\s+\S|Caused by: |Suppressed: |\.\.\. \d+ |--->|---> |During handling of the above|The above exception was|DETAIL:|HINT:|\^+$|\)$|\}$|\])/

/** The last line of a Python traceback names the error; the line after it begins a new record. */
const pythonLast =
  /^[\w.]+(?:Error|Exception|Exit|Interrupt|Warning|Timeout|Refused|DoesNotExist|Configured)\b|^[a-z_][\w.]*\.[A-Z]\w+(?::|$)/

const chained = /^(?:During handling of the above|The above exception was|Traceback )/

type Mode = 'plain' | 'traceback' | 'after_traceback' | 'block'

interface OpenRecord {
  record: LogRecord
  lines: number
}

/** Time, level and message of one line. `stamped`: it has a time or a level of its own, so it begins a record. */
interface ParsedLine {
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

const fatalWords =
  /^(?:panic:|fatal error:|fatal:|uncaught |unhandled |Exception in thread|thread '[^']*' (?:\(\d+\) )?panicked|PHP Fatal error|terminate called|\*{3} .{0,40}fatal|FATAL )/i

const errorWords =
  /^(?:error\b|err:|npm ERR!|npm error|Traceback \(most recent call last\)|[\w.$:]{1,120}(?:Error|Exception)\b(?:\s\(|:|$)|(?:rails|rake) aborted!|Caused by:|Error response|\S{1,60}: error:|\S{1,60}: (?:cannot|could not|can't|not found|invalid|unknown|unrecognized)|could not |cannot |failed to |usage:)/i

/**
 * Lines as records: escape sequences gone, time and level found, stack traces of the common runtimes kept together.
 * Bounded: a line counts up to 2,000 characters, a record up to 8,000.
 */
export function readRecords(lines: readonly RawLine[]): LogRecord[] {
  const records: LogRecord[] = []
  let open: OpenRecord | undefined
  let mode: Mode = 'plain'
  for (const [index, raw] of lines.entries()) {
    const line = clean(raw.text)
    if (line.trim() === '') continue
    const parsed = parseLine(line.trimEnd())
    if (open && belongs(line, parsed, mode)) {
      extend(open, line)
      mode = nextMode(mode, line)
      continue
    }
    const text = parsed.more === undefined ? line : [parsed.message, parsed.more].filter(Boolean).join('\n')
    const record: LogRecord = { index, message: parsed.message.slice(0, lineLimit), text: text.slice(0, recordLimit) }
    const time = raw.time ?? parsed.time
    if (time !== undefined) record.time = time
    if (parsed.level !== undefined) record.level = parsed.level
    open = { record, lines: 1 }
    records.push(record)
    mode = modeOf(line, parsed.message)
  }
  return records.map(inferLevel)
}

function belongs(line: string, parsed: ParsedLine, mode: Mode): boolean {
  if (/^(?:DETAIL|HINT|CONTEXT|STATEMENT):/.test(parsed.message) || /\b(?:DETAIL|HINT): /.test(line.slice(0, 60)))
    return true
  if (parsed.stamped && !/^\s/.test(line)) return false
  if (continuation.test(line)) return true
  if (mode === 'after_traceback') return chained.test(line)
  return mode !== 'plain'
}

function modeOf(line: string, message: string): Mode {
  if (traceback.test(line)) return 'traceback'
  return panic.test(line) || panic.test(message) || banner.test(message) || /^\*{10,}/.test(line) ? 'block' : 'plain'
}

function nextMode(mode: Mode, line: string): Mode {
  if (mode === 'traceback' && !/^\s/.test(line) && pythonLast.test(line)) return 'after_traceback'
  if (traceback.test(line)) return 'traceback'
  return mode === 'plain' && banner.test(line) ? 'block' : mode
}

function extend(open: OpenRecord, line: string): void {
  if (open.lines >= linesPerRecord || open.record.text.length + line.length > recordLimit) return
  open.record.text += `\n${line}`
  open.lines++
}

/** A record with a stack trace is an error also where its first line has no level. */
function inferLevel(record: LogRecord): LogRecord {
  if (record.level !== undefined && record.level !== 'info') return record
  if (/\n(?:\s+at |Caused by: |goroutine \d+ \[)|Traceback \(most recent/.test(record.text))
    return { ...record, level: record.level ?? 'error' }
  return record
}

// oxlint-disable-next-line no-control-regex -- the pattern matches control characters
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

function clean(text: string): string {
  const limit = text.startsWith('{') ? recordLimit : lineLimit
  return stripEscapes(text.slice(0, limit)).replace(controls, '')
}

/** Reads a line in the formats that programs in containers write. */
function parseLine(line: string): ParsedLine {
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

function levelOfText(text: string): LogLevel | undefined {
  if (fatalWords.test(text)) return 'fatal'
  return errorWords.test(text) ? 'error' : undefined
}
