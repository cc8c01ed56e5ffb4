import type { LogLevel } from './log-record.ts'

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

/** A level as programs write it (`WARNING`, `E`, pino's 50) in our own scale; undefined where the word is none. */
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
