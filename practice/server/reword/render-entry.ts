import type { Dialect } from './dialect.ts'
import type { EntryLevel, LogEntry } from './log-entry.ts'

/** An entry as the lines that a program of this dialect writes. */
export function renderEntry(entry: LogEntry, dialect: Dialect): string[] {
  // What a runtime prints without a stamp of its own, it prints so in every dialect, unless a logger catches it.
  if (entry.time === undefined && entry.level === undefined) return [entry.message, ...entry.more]
  return renderers[dialect](entry)
}

const renderers: Record<Dialect, (entry: LogEntry) => string[]> = {
  json: renderJson,
  klog: renderKlog,
  logfmt: renderLogfmt,
  plain: renderPlain,
}

/** pino's numbers. */
const numbers: Record<EntryLevel, number> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 }

function renderJson({ time, level = 'info', logger, message, more }: LogEntry): string[] {
  const stack = more.length > 0 ? { err: { type: 'Error', message, stack: [message, ...more].join('\n') } } : {}
  const stamp = time === undefined ? {} : { time: Date.parse(time) }
  const name = logger === undefined ? {} : { name: logger }
  return [JSON.stringify({ level: numbers[level], ...stamp, pid: 1, ...name, ...stack, msg: message })]
}

const letters: Record<EntryLevel, string> = { trace: 'I', debug: 'I', info: 'I', warn: 'W', error: 'E', fatal: 'F' }

function renderKlog({ time, level = 'info', logger, message, more }: LogEntry): string[] {
  if (time === undefined) return [message, ...more]
  const stamp = `${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 23)}000`
  return [`${letters[level]}${stamp}       1 ${logger ?? 'main'}.go:87] ${message}`, ...more]
}

function renderLogfmt({ time, level = 'info', logger, message, more }: LogEntry): string[] {
  const stamp = time === undefined ? '' : `time=${time} `
  const name = logger === undefined ? '' : ` component=${logger}`
  const stack = more.length === 0 ? '' : ` stack=${JSON.stringify(more.join('\n'))}`
  const cut = /^(?<said>.{8,}?): (?<error>.+)$/.exec(message)?.groups
  const words =
    cut && (level === 'error' || level === 'fatal')
      ? `msg=${JSON.stringify(cut['said'])} err=${JSON.stringify(cut['error'])}`
      : `msg=${JSON.stringify(message)}`
  return [`${stamp}level=${level}${name} ${words}${stack}`]
}

/** Spring Boot's own layout. */
function renderPlain({ time, level = 'info', logger, message, more }: LogEntry): string[] {
  if (time === undefined) return [message, ...more]
  const word = level === 'fatal' ? 'ERROR' : level.toUpperCase()
  const stamp = time.replace('T', ' ').replace('Z', '')
  return [`${stamp} ${word.padStart(5)} 1 --- [           main] ${logger ?? 'app'} : ${message}`, ...more]
}
