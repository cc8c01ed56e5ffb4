/*
 * What the log analyzers read: a container's lines become records (a stack trace is one record), records are held against tables
 * of signatures, and the judge turns the decisive one into findings with the container's own state beside it. All of it is pure.
 */

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** One thing that a program said: a line, or a stack trace with all of its lines. */
export interface LogRecord {
  /** Position of its first line in the text that was read. */
  index: number
  /** ISO; the runtime's own stamp where there is one, else the one inside the line. */
  time?: string
  /** Absent where the line bears none and none can be inferred. */
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
