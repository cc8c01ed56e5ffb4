import { createHash } from 'node:crypto'

/*
 * The lines of a container become records (a stack trace is one record), records are matched against tables of signatures, and judges
 * turn the decisive match into findings, together with the state of the container. All of it is pure.
 */

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** One message of a program: a line, or a stack trace with all of its lines. */
export interface LogRecord {
  /** Position of its first line in the text that was read. */
  index: number
  /** ISO; the runtime's own stamp where there is one, else the one inside the line. */
  time?: string
  /** Absent where the line has none and none can be inferred. */
  level?: LogLevel
  /** Without time, level and logger, one line. */
  message: string
  /** All lines as printed, or a structured line's message, stack and fields; without escape sequences, bounded. */
  text: string
}

/** One line as a log source hands it over. */
export interface RawLine {
  time?: string
  text: string
}

const levels: Record<string, LogLevel> = {
  trace: 'trace',
  verbose: 'trace',
  debug: 'debug',
  d: 'debug',
  '.': 'debug',
  '-': 'debug',
  info: 'info',
  information: 'info',
  i: 'info',
  log: 'info',
  notice: 'info',
  hint: 'info',
  detail: 'info',
  context: 'info',
  statement: 'info',
  system: 'info',
  note: 'info',
  '*': 'info',
  warn: 'warn',
  warning: 'warn',
  w: 'warn',
  '#': 'warn',
  error: 'error',
  err: 'error',
  fail: 'error',
  e: 'error',
  severe: 'error',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  fatal: 'fatal',
  f: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
}

/** The level that a program writes as `WARNING`, `E` or pino's 50; undefined where the word is no level. */
export function toLevel(word: string | number): LogLevel | undefined {
  const text = String(word).replaceAll('"', '').toLowerCase()
  if (/^\d+$/.test(text)) return levelOfNumber(Number(text))
  return levels[text.replace(/\d$/, '')]
}

function levelOfNumber(value: number): LogLevel | undefined {
  if (value < 10) return undefined
  if (value < 20) return 'trace'
  if (value < 30) return 'debug'
  if (value < 40) return 'info'
  if (value < 50) return 'warn'
  return value < 60 ? 'error' : 'fatal'
}

/** Identifies the text of a record in evidence. */
export function lineHash({ text }: Pick<LogRecord, 'text'>): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
