import type { LogRecord, RawLine } from './log-record.ts'
import { stripEscapes } from './line-text.ts'
import { parseLine, type ParsedLine } from './parse-line.ts'

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
