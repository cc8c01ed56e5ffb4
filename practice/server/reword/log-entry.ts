export type EntryLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** One thing that a recorded program said: a stamped line, or a block of lines without a stamp, such as a stack trace. */
export interface LogEntry {
  time?: string
  level?: EntryLevel
  logger?: string
  message: string
  /** Lines that belong to the first one. */
  more: string[]
}

const levels: Record<string, EntryLevel> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  LOG: 'info',
  NOTICE: 'info',
  HINT: 'info',
  DETAIL: 'info',
  STATEMENT: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  PANIC: 'fatal',
  CRITICAL: 'fatal',
}

const stamped =
  /^(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?)(?:Z| UTC)?\s+(?:\[\d+\] )?(?<level>[A-Z]{3,8}):?\s+(?:\[(?<logger>[\w./-]+)\] )?(?<message>.*)$/
const opensBlock =
  /^(?:panic: |fatal error: |goroutine \d+ \[|Traceback |Exception in thread|Error: |\S+: error: |\S+: (?:invalid|unknown|unrecognized) )/
const endsBadly = /^(?:panic: |fatal error: |Exception in thread|Traceback )/
const complains = /\berror\b|^\S+: (?:invalid|unknown|unrecognized) /i

function readStamped(line: string): LogEntry | undefined {
  const { time, level, logger, message } = stamped.exec(line)?.groups ?? {}
  const known = level === undefined ? undefined : levels[level]
  if (time === undefined || known === undefined || message === undefined) return undefined
  const iso = new Date(`${time.replace(' ', 'T').replace(',', '.')}Z`)
  if (Number.isNaN(iso.getTime())) return undefined
  return { time: iso.toISOString(), level: known, message, more: [], ...(logger === undefined ? {} : { logger }) }
}

function levelOfBlock(line: string): Pick<LogEntry, 'level'> {
  if (endsBadly.test(line)) return { level: 'fatal' }
  return complains.test(line) ? { level: 'error' } : {}
}

/** A recorded log as entries; a line without a stamp joins the block that is open, or stands for itself. */
export function readEntries(lines: readonly string[]): LogEntry[] {
  const entries: LogEntry[] = []
  let block: LogEntry | undefined
  for (const line of lines) {
    const entry = readStamped(line)
    if (entry) {
      entries.push(entry)
      block = undefined
      continue
    }
    if (block && !endsBadly.test(line)) {
      block.more.push(line)
      continue
    }
    const alone: LogEntry = { message: line, more: [], ...levelOfBlock(line) }
    entries.push(alone)
    block = opensBlock.test(line) ? alone : undefined
  }
  return entries.map((one) => ({ ...one, more: trimEnd(one.more) }))
}

function trimEnd(lines: string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return lines.slice(0, last + 1)
}
